"""AWQ: channels that carry large activations get finer weights.

An error in a weight counts as often as its input is large. So the columns of channels with large inputs are multiplied
by s > 1 before rounding, and the layer before is divided by s: the model computes the same, but in steps that are
finer by s where it matters. The range of a group grows little, as long as its largest weight is in another column.
How far to go is searched: s = (mean |x|)^alpha, normalised, with the alpha of the smallest error at the outputs.
A group's range may then be cut, too: a few clipped weights for finer steps of all others.

Reference: Lin et al. 2023, "AWQ: Activation-aware Weight Quantization for LLM Compression and Acceleration".
"""

import copy
from collections.abc import Collection, Iterable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.quantization.affine import dequantize, quantize, scale_and_zero_point
from compresslab.quantization.channel_scales import Fold, check_folds, fold_scale, fold_targets
from compresslab.quantization.groups import (
    GroupLinear,
    GroupWeight,
    group_format,
    linear_layers,
    replace_layer,
    round_to_nearest,
)
from compresslab.quantization.inputs import see_inputs

_SHRINKS = tuple(1 - 0.05 * step for step in range(11))  # of a group's range: 1 to 0.5


def awq(
    model: nn.Module,
    *,
    calibration: Iterable[Tensor],
    folds: Sequence[Fold],
    bits: int,
    group_size: int | None = 32,
    symmetric: bool = False,
    clip: bool = True,
    grid: int = 20,
    skip: Collection[str] = (),
) -> nn.Module:
    """A copy of the model with scaled channels whose linear layers keep integers.

    Args:
        model: is not modified.
        calibration: batches as the model takes them, such as tokens (N, T); never of the test set.
        folds: where scales can be moved, such as `language_folds` says. Layers in none of them are only rounded.
        bits, group_size, symmetric: of the integers, as in `round_to_nearest`.
        clip: search each group's range, too.
        grid: steps of alpha from 0, where nothing is scaled, to 1.
        skip: names of linear layers to leave as they are.

    Returns:
        A model with `GroupLinear` in place of each `nn.Linear`.

    Raises:
        InputError: as `quantize_groups` and `see_inputs`, or a fold doesn't fit the model.

    >>> model = nn.Sequential(nn.LayerNorm(32), nn.Linear(32, 8))
    >>> awq(model, calibration=[torch.randn(64, 32)], folds=[Fold("0", ("1",))], bits=4)[1]
    GroupLinear(in_features=32, out_features=8, bias=True, format=uint4, group_size=32)
    """
    whole(grid=grid)
    scaled = copy.deepcopy(model)
    names = list(linear_layers(scaled, skip=skip))
    check_folds(scaled, folds)
    means, grams = _statistics(scaled, names, calibration)

    nearest = partial(round_to_nearest, bits=bits, group_size=group_size, symmetric=symmetric)
    clipped = partial(clipped_to_nearest, bits=bits, group_size=group_size, symmetric=symmetric)
    for fold in folds:
        targets = dict(zip(fold.targets, fold_targets(scaled, fold), strict=True))
        targets = {name: layer for name, layer in targets.items() if name in names}
        if not targets:
            continue
        first = next(iter(targets))
        mean = means[first]

        def error(scale: Tensor, layers: dict[str, nn.Linear] = targets) -> float:
            total = 0.0
            for name, layer in layers.items():
                weight = layer.weight.detach()
                back = nearest(weight * scale, name=f"{name}.weight").dequantize() / scale
                total += output_error(weight - back, grams[name])
            return total

        scales = [channel_scale(mean, step / grid) for step in range(grid + 1)]
        best = min(scales, key=error)  # of equals the first, which scales least
        fold_scale(scaled, fold, best)
        for name in targets:  # they read inputs that are smaller by the scale
            grams[name] = grams[name] / best.double()[:, None] / best.double()
    for name in names:
        layer = scaled.get_submodule(name)
        assert isinstance(layer, nn.Linear)
        weight, label = layer.weight.detach(), f"{name}.weight"
        integers = clipped(weight, grams[name], name=label) if clip else nearest(weight, name=label)
        scaled = replace_layer(scaled, name, GroupLinear(integers, layer.bias))
    return scaled


def channel_scale(mean: Tensor, alpha: float) -> Tensor:
    """s = mean^alpha, divided by the root of its largest times its smallest value, so that s is around 1.

    Args:
        mean: (in,), the mean |x| of each channel. A channel that is always zero is taken for a very small one.
        alpha: 0 to 1.

    >>> channel_scale(torch.tensor([1.0, 4.0, 16.0]), 0.5)
    tensor([0.5000, 1.0000, 2.0000])
    """
    powered = mean.clamp_min(1e-4 * float(mean.max().clamp_min(1e-30))).pow(alpha)
    return powered / (powered.max() * powered.min()).sqrt()


def output_error(error: Tensor, gram: Tensor) -> float:
    """The mean square by which a layer's outputs change, summed over outputs, where its weight changes by `error`.

    Args:
        error: (out, in).
        gram: (in, in), the mean of x xᵀ.

    >>> output_error(torch.tensor([[1.0, -1.0]]), torch.eye(2))
    2.0
    """
    error = error.double()
    return float(((error @ gram.double()) * error).sum())


def clipped_to_nearest(
    weight: Tensor,
    gram: Tensor,
    *,
    bits: int,
    group_size: int | None = None,
    symmetric: bool = False,
    name: str = "weight",
) -> GroupWeight:
    """Rounded to nearest, within the part of each group's range that leaves the smallest error at the outputs.

    Parts from all to half of the range are tried. Of the inputs of a group it is known how they go together with each
    other, not with those of other groups: each group's error is judged alone.

    Args:
        weight: (out, in).
        gram: (in, in), the mean of x xᵀ.
        bits, group_size, symmetric, name: as in `round_to_nearest`.

    Raises:
        InputError: see `round_to_nearest`.

    >>> weight = torch.tensor([[8.0, 1.5, 1.4, 1.6]])
    >>> rarely = torch.diag(torch.tensor([0.01, 1.0, 1.0, 1.0]))  # the first input is nearly always small
    >>> clipped_to_nearest(weight, rarely, bits=2).dequantize().max() < 8
    tensor(True)
    """
    integers = round_to_nearest(weight, bits=bits, group_size=group_size, symmetric=symmetric, name=name)
    format, size = group_format(bits, symmetric=symmetric), integers.group_size
    out, columns = weight.shape
    groups = weight.reshape(out, columns // size, size).double()
    # (groups, size, size): how the inputs of each group go together
    own = torch.stack([gram[at : at + size, at : at + size] for at in range(0, columns, size)]).double()
    best = torch.full((out, columns // size), torch.inf, dtype=torch.float64)
    scale, zero_point = integers.scale.clone(), integers.zero_point.clone()
    low, high = groups.amin(2), groups.amax(2)
    for shrink in _SHRINKS:
        s, z = scale_and_zero_point((low * shrink).float(), (high * shrink).float(), format, symmetric=symmetric)
        back = dequantize(quantize(weight, s, z, format=format, name=name), s, z).double()
        wrong = groups - back.reshape(groups.shape)
        loss = torch.einsum("ogi,gij,ogj->og", wrong, own, wrong)
        better = loss < best
        best[better], scale[better], zero_point[better] = loss[better], s[better], z[better]
    return GroupWeight(quantize(weight, scale, zero_point, format=format, name=name), scale, zero_point, format)


def _statistics(
    model: nn.Module, names: Sequence[str], calibration: Iterable[Tensor]
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Mean |x| of each channel and mean x xᵀ, of what each layer reads."""
    means: dict[str, Tensor] = {}
    grams: dict[str, Tensor] = {}
    rows = dict.fromkeys(names, 0)

    def add(name: str, x: Tensor) -> None:
        mean, gram = x.abs().sum(0), x.T.double() @ x.double()
        means[name] = means[name] + mean if name in means else mean
        grams[name] = grams[name] + gram if name in grams else gram
        rows[name] += len(x)

    see_inputs(model, names, calibration, add)
    for name in names:
        if not float(means[name].max()) > 0:
            raise InputError(f"calibration: the input of {name} is zero everywhere.")
    return {name: means[name] / rows[name] for name in names}, {name: grams[name] / rows[name] for name in names}
