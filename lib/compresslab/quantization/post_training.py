"""Post-training quantization: ranges from calibration images, weights rounded to nearest, nothing trained.

Reference:
    Nagel et al. 2021, "A White Paper on Neural Network Quantization", section 3.
"""

import copy
import math
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

import torch
from torch import Tensor, nn

from compresslab.arguments import one_of
from compresslab.errors import InputError
from compresslab.modes import evaluating
from compresslab.quantization.affine import fake_quantize
from compresslab.quantization.prepare import BitWidths, insert_quantizers
from compresslab.quantization.quantizers import ActivationQuantizer, QuantizedLayer, WeightQuantizer
from compresslab.quantization.ranges import RangeMethod, range_estimator

_SHRINKS = 100  # scales that are tried for each block of weights, from the whole range down


def quantize_post_training(
    model: nn.Module,
    calibration: Iterable[Tensor],
    *,
    bits: BitWidths = BitWidths(),  # noqa: B008  frozen
    by_layer: Mapping[str, BitWidths] | None = None,
    keep: Collection[str] = (),
    per_channel: bool = True,
    ranges: RangeMethod = "min_max",
    weight_ranges: Literal["min_max", "mse"] = "min_max",
) -> nn.Module:
    """Static quantization: weights symmetric, activations asymmetric with ranges that calibration has found.

    The result computes in floating point what an integer engine will compute; `deploy.export_qdq` writes it for one.
    Batch-norm is folded first.

    Args:
        model: not modified; it is calibrated in evaluation mode, whatever its own.
        calibration: batches of inputs (N, ...), normalised as in training and never from the test set. A few hundred
            images do.
        bits, by_layer, keep, per_channel: as in `insert_quantizers`.
        ranges: how the activations' ranges are found.
        weight_ranges: whether a weight's scale covers its range or has the least squared error. The latter clips the
            largest weights, by which outputs shrink a little in each layer: in a deep network of few bits that can add
            up to more than the finer steps gain, so compare the two.

    Returns:
        A model in evaluation mode.

    Raises:
        InputError: as `insert_quantizers` and `calibrate`.

    >>> from compresslab.models import mlp
    >>> model, images = mlp(inputs=4), torch.rand(32, 1, 2, 2)
    >>> quantized = quantize_post_training(model, [images])
    >>> bool((quantized(images) - model(images)).abs().max() < 0.05)
    True
    """
    one_of(("min_max", "mse"), weight_ranges=weight_ranges)
    prepared: nn.Module = insert_quantizers(
        model, bits=bits, by_layer=by_layer, keep=keep, per_channel=per_channel
    ).eval()
    if weight_ranges == "mse":
        fit_weight_scales(prepared)
    _calibrate(prepared, calibration, ranges)
    return prepared


def calibrate(model: nn.Module, calibration: Iterable[Tensor], *, ranges: RangeMethod = "min_max") -> nn.Module:
    """A copy of a prepared model whose activation quantizers have the ranges that these batches show.

    Args:
        model: from `insert_quantizers`; not modified. It runs in evaluation mode, and with its weights quantized.
        calibration: batches of inputs (N, ...).
        ranges: how a range is taken from values.

    Raises:
        InputError: there is no batch; one is no floating-point tensor, or is empty, or leads to NaN or infinity; or
            all hold one value everywhere. It names the batch or the activation.

    >>> from compresslab.models import mlp
    >>> prepared = insert_quantizers(mlp(inputs=4))
    >>> calibrated = calibrate(prepared, [torch.full((1, 1, 2, 2), 2.55), torch.zeros(1, 1, 2, 2)])
    >>> calibrated.quantizers.input_1.scale
    tensor(0.0100)
    """
    copied = copy.deepcopy(model)
    _calibrate(copied, calibration, ranges)
    return copied


def fit_weight_scales(model: nn.Module) -> None:
    """Give each weight quantizer of a prepared model, which is changed, the fixed scales of least squared error.

    For each block of weights, 100 scales from the whole range's down to a hundredth of it are tried.

    >>> prepared = insert_quantizers(nn.Sequential(nn.Linear(4, 2)), bits=BitWidths(2, 8))
    >>> fit_weight_scales(prepared)
    >>> prepared.get_submodule("0.weight_quantizer").scale.shape
    torch.Size([2, 1])
    """
    for module in model.modules():
        if isinstance(module, QuantizedLayer) and isinstance(module.weight_quantizer, WeightQuantizer):
            quantizer, weight = module.weight_quantizer, module.folded()[0].detach()
            quantizer.scale = None
            quantizer.scale = least_error_scale(weight, quantizer)


def least_error_scale(weight: Tensor, quantizer: WeightQuantizer) -> Tensor:
    """For each block of a weight, the scale with the least squared error.

    >>> from compresslab.quantization.formats import weight_format
    >>> quantizer = WeightQuantizer(weight_format(2))
    >>> least_error_scale(torch.tensor([[1.0, 0.5, 0.5, -0.5]]), quantizer)
    tensor([[0.6300]])
    """
    whole = quantizer.scale_of(weight)
    dims = tuple(axis for axis, count in enumerate(whole.shape) if count == 1)
    best, least = whole, torch.full_like(whole, math.inf)
    for number in range(_SHRINKS, 0, -1):
        scale = (whole * (number / _SHRINKS)).clamp_min(torch.finfo(whole.dtype).tiny)
        error = (fake_quantize(weight, scale, format=quantizer.format) - weight).square().sum(dims, keepdim=True)
        best, least = torch.where(error < least, scale, best), torch.minimum(error, least)
    return best


def _calibrate(model: nn.Module, calibration: Iterable[Tensor], ranges: RangeMethod) -> None:
    quantizers = [module for module in model.modules() if isinstance(module, ActivationQuantizer)]
    for quantizer in quantizers:
        quantizer.estimator = range_estimator(ranges, quantizer.format)
    low, high, number = math.inf, -math.inf, -1
    try:
        with evaluating(model), torch.no_grad():
            for number, batch in enumerate(calibration):
                _check_batch(batch, number)
                low, high = min(low, batch.min().item()), max(high, batch.max().item())
                model(batch)
        if number < 0:
            raise InputError("calibration is empty: give at least one batch of inputs.")
        if low == high:  # every range would be a point
            raise InputError(f"calibration holds the value {low:g} only: give inputs like those the model will see.")
        found = [quantizer.estimator.range() for quantizer in quantizers if quantizer.estimator is not None]
    finally:
        for quantizer in quantizers:
            quantizer.estimator = None
    for quantizer, (least, most) in zip(quantizers, found, strict=True):
        quantizer.set_range(least, most)


def _check_batch(batch: Tensor, number: int) -> None:
    if not isinstance(batch, Tensor):
        raise InputError(f"calibration batch {number} is a {type(batch).__name__}: give its images, a tensor.")
    if not batch.is_floating_point() or batch.numel() == 0:
        raise InputError(
            f"calibration batch {number} is {batch.dtype} {tuple(batch.shape)}: give floating-point inputs (N, ...)."
        )
    if not torch.isfinite(batch).all():
        raise InputError(f"calibration batch {number} holds NaN or infinity: no range can be taken from it.")
