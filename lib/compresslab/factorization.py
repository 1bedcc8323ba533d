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
from torch.nn.utils import skip_init

from compresslab.arguments import whole
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

    >>> left, right = low_rank(torch.tensor([[2.0, 4.0], [1.0, 2.0]]), rank=1)
    >>> (left @ right).round(decimals=4).tolist()
    [[2.0, 4.0], [1.0, 2.0]]
    """
    whole(1, min(matrix.shape), f"the matrix has the shape {tuple(matrix.shape)}", rank=rank)
    left, values, right = torch.linalg.svd(matrix.double(), full_matrices=False)
    root = values[:rank].sqrt()
    return (left[:, :rank] * root).to(matrix.dtype), (root[:, None] * right[:rank]).to(matrix.dtype)


def break_even_rank(outputs: int, inputs: int) -> int:
    """The largest rank whose two factors hold fewer weights than the (outputs, inputs) matrix; 0 if none does.

    >>> break_even_rank(100, 100)
    49
    """
    whole(outputs=outputs, inputs=inputs)
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

    >>> rank_for_budget(100, 100, budget_bytes=8_000)
    10
    """
    whole(outputs=outputs, inputs=inputs, bytes_per_weight=bytes_per_weight)
    whole(0, budget_bytes=budget_bytes)
    one = (outputs + inputs) * bytes_per_weight
    if budget_bytes < one:
        raise InputError(
            f"budget_bytes={budget_bytes} is too little: rank 1 of ({outputs}, {inputs}) takes {one} bytes."
        )
    return min(budget_bytes // one, outputs, inputs)


def factorize_layer(layer: nn.Linear | nn.Conv2d, rank: int) -> nn.Sequential:
    """Two layers that do, nearly, what one did.

    A linear layer becomes two; a k x k convolution becomes one with `rank` outputs, followed by a 1x1 convolution.
    A frozen weight gives frozen factors, a frozen bias a frozen bias.

    Args:
        layer: not modified; a convolution must have `groups=1`.
        rank: units or channels between the two.

    Raises:
        InputError: `rank` is out of its range, or the convolution is grouped.

    >>> factorize_layer(nn.Linear(64, 32), rank=4)
    Sequential(
      (0): Linear(in_features=64, out_features=4, bias=False)
      (1): Linear(in_features=4, out_features=32, bias=True)
    )
    """
    weight = layer.weight.detach()
    made: dict[str, Any] = {"device": weight.device, "dtype": weight.dtype}
    # Empty layers: to draw weights that are overwritten at once would advance the caller's random state.
    if isinstance(layer, nn.Linear):
        left, right = low_rank(weight, rank)
        first = skip_init(nn.Linear, layer.in_features, rank, bias=False, **made)
        second = skip_init(nn.Linear, rank, layer.out_features, bias=layer.bias is not None, **made)
    else:
        if layer.groups != 1:
            raise InputError(f"groups={layer.groups}: only an ungrouped convolution is one matrix.")
        left, right = low_rank(weight.flatten(1), rank)
        shape: dict[str, Any] = {
            name: getattr(layer, name) for name in ("kernel_size", "stride", "padding", "dilation", "padding_mode")
        }
        first = skip_init(nn.Conv2d, layer.in_channels, rank, bias=False, **shape, **made)
        second = skip_init(nn.Conv2d, rank, layer.out_channels, 1, bias=layer.bias is not None, **made)
    with torch.no_grad():
        first.weight.copy_(right.view_as(first.weight))
        second.weight.copy_(left.view_as(second.weight))
        if layer.bias is not None and second.bias is not None:
            second.bias.copy_(layer.bias)
            second.bias.requires_grad_(layer.bias.requires_grad)
    for half in (first, second):
        half.weight.requires_grad_(layer.weight.requires_grad)
    return nn.Sequential(first, second).train(layer.training)


def factorize(model: nn.Module, ranks: Mapping[str, int]) -> nn.Module:
    """A copy of `model` with the named layers factorized.

    A layer that is registered under several names is factorized once and stays one under all of them.

    Args:
        model: not modified.
        ranks: from a layer's name, as in `named_modules`, to its rank.

    Raises:
        InputError: a name is no linear layer or convolution of the model, a rank is out of its range, two names of one
            layer have two ranks, or another layer shares the weight: the factors would part them.

    >>> model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    >>> factorize(model, {"0": 8})[0]
    Sequential(
      (0): Linear(in_features=64, out_features=8, bias=False)
      (1): Linear(in_features=8, out_features=64, bias=True)
    )
    """
    factored = copy.deepcopy(model)
    places = dict(factored.named_modules(remove_duplicate=False))
    chosen: dict[nn.Linear | nn.Conv2d, tuple[str, int]] = {}
    for name, rank in ranks.items():
        layer = places.get(name)
        if not name or not isinstance(layer, (nn.Linear, nn.Conv2d)):
            raise InputError(f"{name!r} is no linear layer or convolution inside this {type(model).__name__}.")
        first, other = chosen.setdefault(layer, (name, rank))
        if rank != other:
            raise InputError(f"{first!r} and {name!r} are one layer, but have the ranks {other} and {rank}: give one.")
    for layer, (name, rank) in chosen.items():
        _require_own_weight(factored, layer, name)
        pair = factorize_layer(layer, rank)
        for place in [place for place, module in places.items() if module is layer]:
            parent, _, child = place.rpartition(".")
            setattr(places[parent], child, pair)
    return factored


def _require_own_weight(model: nn.Module, layer: nn.Module, name: str) -> None:
    for path, other in model.named_modules():
        if other is not layer and any(p is layer.weight for p in other.parameters(recurse=False)):
            raise InputError(
                f"{name!r} shares its weight with {path!r}, and factors would part them: leave it out of ranks, or "
                f"give each a weight of its own."
            )
