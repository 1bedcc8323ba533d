"""GPTQ: weights are rounded one column after the other, and those not yet rounded make up for the error.

Rounding column j of a weight W to Q changes the layer's outputs on the inputs x by (W_j - Q_j) x_j. The other columns
can take over most of this, since inputs are correlated: with H the mean of x xᵀ, the change of the remaining columns
that leaves the smallest squared error is

    δ = -(W_j - Q_j) / [H⁻¹]_jj  [H⁻¹]_j,remaining

H⁻¹ is that of the remaining columns, which shrinks with each step. All of the rows that will be needed stand in one
upper triangular matrix, the Cholesky factor U of H⁻¹ = UᵀU: row j of U is row j of that inverse over the root of its
diagonal, so the update is δ = -(W_j - Q_j) / U_jj  U_j,remaining.

References:
    Frantar, Ashkboos, Hoefler and Alistarh 2022, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
    Transformers".
    Hassibi, Stork and Wolff 1993, "Optimal Brain Surgeon and General Network Pruning".
"""

import copy
from collections.abc import Collection, Iterable

import torch
from torch import Tensor, nn

from compresslab.arguments import at_least
from compresslab.errors import InputError
from compresslab.quantization.affine import dequantize, quantize
from compresslab.quantization.groups import (
    GroupLinear,
    GroupWeight,
    group_format,
    group_ranges,
    linear_layers,
    replace_layer,
)
from compresslab.quantization.inputs import gram_matrices, layers_by_input

_COLUMNS = 128  # updated at once where there are no groups


def gptq(
    model: nn.Module,
    *,
    calibration: Iterable[Tensor],
    bits: int,
    group_size: int | None = 32,
    symmetric: bool = False,
    act_order: bool = False,
    damping: float = 0.01,
    skip: Collection[str] = (),
) -> nn.Module:
    """A copy of the model whose linear layers keep integers that GPTQ chose.

    Layers are treated in the order of their calls, each on the inputs that the layers before it give once they are
    quantized, so that it makes up for their errors, too.

    Args:
        model: is not modified.
        calibration: batches as the model takes them, such as tokens (N, T); never of the test set. They are run once
            for each tensor that layers read. Some ten thousand rows for a layer of a few hundred inputs do.
        bits, group_size, symmetric: of the integers, as in `round_to_nearest`.
        act_order: take the columns in the order of falling mean square of their inputs, so that those that matter
            most are rounded while most others can still make up for it. Scales are then those of the original weight.
        damping: share of H's mean diagonal that is added to its diagonal.
        skip: names of linear layers to leave as they are.

    Returns:
        A model with `GroupLinear` in place of each `nn.Linear`.

    Raises:
        InputError: as `quantize_groups` and `see_inputs`; H is singular, and `damping` too small to mend it.

    >>> model = nn.Sequential(nn.Linear(32, 8), nn.ReLU(), nn.Linear(8, 2))
    >>> gptq(model, calibration=[torch.randn(64, 32)], bits=4, group_size=8)[2]
    GroupLinear(in_features=8, out_features=2, bias=True, format=uint4, group_size=8)
    """
    at_least(0, damping=damping)
    batches = tuple(calibration)
    if not batches:
        raise InputError("calibration is empty: give at least one batch.")
    quantized = copy.deepcopy(model)
    names = list(linear_layers(quantized, skip=skip))
    for together in layers_by_input(quantized, names, batches[0]):
        hessian = gram_matrices(quantized, together[:1], batches)[together[0]]
        for name in together:
            layer = quantized.get_submodule(name)
            assert isinstance(layer, nn.Linear)
            integers = gptq_weight(
                layer.weight.detach(),
                hessian,
                bits=bits,
                group_size=group_size,
                symmetric=symmetric,
                act_order=act_order,
                damping=damping,
                name=f"{name}.weight",
            )
            quantized = replace_layer(quantized, name, GroupLinear(integers, layer.bias))
    return quantized


def gptq_weight(
    weight: Tensor,
    hessian: Tensor,
    *,
    bits: int,
    group_size: int | None = None,
    symmetric: bool = False,
    act_order: bool = False,
    damping: float = 0.01,
    name: str = "weight",
) -> GroupWeight:
    """Choose the integers of one weight. Computed in float64.

    Args:
        weight: (out, in) floating point.
        hessian: (in, in), the mean of x xᵀ over inputs; a factor doesn't matter. A column whose input is always zero
            is rounded to nearest.
        bits, group_size, symmetric, act_order, damping: as in `gptq`.
        name: of the weight, for the errors.

    Raises:
        InputError: as `round_to_nearest`; the shapes don't fit, or the Hessian holds NaN or infinity or is singular.

    >>> weight = torch.tensor([[1.0, 0.4, 0.4]])
    >>> alike = torch.ones(3, 3)  # all inputs are always the same: what one weight loses, another can take over
    >>> gptq_weight(weight, alike, bits=2, symmetric=True).q.tolist()  # rounded to nearest: [[1, 0, 0]]
    [[1, 0, 1]]
    """
    format = group_format(bits, symmetric=symmetric)
    # Of the weight as it is: what is used with act_order or one group a row, and the check of the weight in any case.
    scale, zero_point = group_ranges(weight, format, group_size=group_size, name=name)
    columns = weight.shape[1]
    hessian = hessian.to(weight.device)
    order = torch.arange(columns, device=weight.device)
    if act_order:
        order = hessian.diagonal().argsort(descending=True, stable=True)
    upper = _upper_factor(hessian, order, damping, name)
    w = weight.double()[:, order]
    q = torch.empty_like(w, dtype=format.storage)
    step = group_size or _COLUMNS
    for start in range(0, columns, step):
        end = min(start + step, columns)
        group = start // step
        if group_size and not act_order:  # of the weights as the earlier columns' errors have changed them
            ranges = group_ranges(w[:, start:end], format, group_size=None, name=name)
            scale[:, [group]], zero_point[:, [group]] = ranges
        errors = torch.empty_like(w[:, start:end])
        for j in range(start, end):
            own = int(order[j]) // (group_size or columns)
            s, z = scale[:, own], zero_point[:, own]
            q[:, j] = quantize(w[:, j], s, z, format=format, name=name)
            error = (w[:, j] - dequantize(q[:, j], s, z)) / upper[j, j]
            w[:, j + 1 : end] -= error[:, None] * upper[j, j + 1 : end]
            errors[:, j - start] = error
        w[:, end:] -= errors @ upper[start:end, end:]  # what is further away waits for all of the block
    integers = torch.empty_like(q)
    integers[:, order] = q
    return GroupWeight(integers, scale, zero_point, format)


def _upper_factor(hessian: Tensor, order: Tensor, damping: float, name: str) -> Tensor:
    """U with H⁻¹ = UᵀU, upper triangular, of the damped Hessian in the order of the columns."""
    if hessian.shape != (len(order), len(order)):
        raise InputError(f"the Hessian of {name} has shape {tuple(hessian.shape)}: expected {(len(order),) * 2}.")
    if not hessian.isfinite().all():
        raise InputError(f"the Hessian of {name} holds NaN or infinity.")
    h = hessian.double().clone()
    mean = h.diagonal().mean()
    h.diagonal()[h.diagonal() == 0] = 1  # an input that is always zero: its row and column are zero, too
    h.diagonal().add_(damping * mean)
    lower, failed = torch.linalg.cholesky_ex(h[order][:, order])
    if not failed:
        upper, failed = torch.linalg.cholesky_ex(torch.cholesky_inverse(lower), upper=True)
    if failed:
        raise InputError(f"the Hessian of {name} is singular: raise damping={damping}, or give more calibration data.")
    return upper
