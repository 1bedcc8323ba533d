"""Low-rank factorization: a weight matrix becomes the product of two thinner ones.

W (out, in) has out x in weights; U V with U (out, rank) and V (rank, in) has rank x (out + in): fewer below the
break-even rank out x in / (out + in). The truncated singular value decomposition gives the product that is
nearest to W in the Frobenius norm. A convolution is factorized as the matrix (out, in x k x k).

References:
    Eckart and Young 1936, "The Approximation of One Matrix by Another of Lower Rank".
    Denton et al. 2014, "Exploiting Linear Structure Within Convolutional Networks for Efficient Evaluation".
"""

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.errors import InputError


def low_rank(matrix: Tensor, rank: int) -> tuple[Tensor, Tensor]:
    """The best rank-`rank` approximation of a matrix, as two factors.

    Args:
        matrix: (out, in), floating point.
        rank: 1 to min(out, in).

    Returns:
        U (out, rank) and V (rank, in) in the matrix's dtype, each carrying the square root of the singular
        values, so that neither is much larger than the other.

    Raises:
        InputError: `rank` is out of its range.
    """
    most = min(matrix.shape)
    if not 1 <= rank <= most:
        raise InputError(f"rank={rank} must be 1 to {most} for a matrix of shape {tuple(matrix.shape)}.")
    left, values, right = torch.linalg.svd(matrix.double(), full_matrices=False)
    root = values[:rank].sqrt()
    return (left[:, :rank] * root).to(matrix.dtype), (root[:, None] * right[:rank]).to(matrix.dtype)


def break_even_rank(outputs: int, inputs: int) -> int:
    """The largest rank whose two factors hold fewer weights than the (outputs, inputs) matrix; 0 if none does."""
    return (outputs * inputs - 1) // (outputs + inputs)


def rank_for_budget(outputs: int, inputs: int, *, budget_bytes: int, bytes_per_weight: int = 4) -> int:
    """The largest rank whose two factors fit into a budget.

    Args:
        outputs, inputs: shape of the matrix.
        budget_bytes: for both factors together.
        bytes_per_weight: 4 for float32.

    Returns:
        A rank from 1 to min(outputs, inputs).

    Raises:
        InputError: even rank 1 does not fit.
    """
    one = (outputs + inputs) * bytes_per_weight
    if budget_bytes < one:
        raise InputError(
            f"budget_bytes={budget_bytes} is too little: rank 1 of ({outputs}, {inputs}) takes {one} bytes."
        )
    return min(budget_bytes // one, outputs, inputs)


def factorize_layer(layer: nn.Linear | nn.Conv2d, rank: int) -> nn.Sequential:
    """Two layers that do, nearly, what one did.

    A linear layer becomes two; a k x k convolution becomes one with `rank` outputs, followed by a 1x1 convolution.

    Args:
        layer: not modified; a convolution must have `groups=1`.
        rank: units or channels between the two.

    Raises:
        InputError: `rank` is out of its range, or the convolution is grouped.
    """
    weight = layer.weight.detach()
    first: nn.Module
    second: nn.Linear | nn.Conv2d
    if isinstance(layer, nn.Linear):
        left, right = low_rank(weight, rank)
        first = nn.Linear(layer.in_features, rank, bias=False)
        second = nn.Linear(rank, layer.out_features, bias=layer.bias is not None)
    else:
        if layer.groups != 1:
            raise InputError(f"groups={layer.groups}: only an ungrouped convolution is one matrix.")
        left, right = low_rank(weight.flatten(1), rank)
        shape: dict[str, Any] = {
            name: getattr(layer, name) for name in ("kernel_size", "stride", "padding", "dilation", "padding_mode")
        }
        first = nn.Conv2d(layer.in_channels, rank, bias=False, **shape)
        second = nn.Conv2d(rank, layer.out_channels, 1, bias=layer.bias is not None)
    pair = nn.Sequential(first, second).to(weight.device, weight.dtype)
    with torch.no_grad():
        first.weight.copy_(right.view_as(first.weight))
        second.weight.copy_(left.view_as(second.weight))
        if layer.bias is not None and second.bias is not None:
            second.bias.copy_(layer.bias)
    return pair.train(layer.training)


def factorize(model: nn.Module, ranks: Mapping[str, int]) -> nn.Module:
    """A copy of `model` with the named layers factorized.

    Args:
        model: not modified.
        ranks: from a layer's name, as in `named_modules`, to its rank.

    Raises:
        InputError: a name is no linear layer or convolution of the model, or a rank is out of its range.
    """
    factored = copy.deepcopy(model)
    modules = dict(factored.named_modules())
    for name, rank in ranks.items():
        layer = modules.get(name)
        if not name or not isinstance(layer, (nn.Linear, nn.Conv2d)):
            raise InputError(f"{name!r} is no linear layer or convolution inside this {type(model).__name__}.")
        parent, _, child = name.rpartition(".")
        setattr(modules[parent], child, factorize_layer(layer, rank))
    return factored
