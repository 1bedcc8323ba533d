"""Quantization-aware training: the network trains with the rounding that it will be run with.

A calibrated model with quantizers is trained like any other, by `training.fit`: its layers keep their floating-point
weights, which move by the gradient that passes through the rounding (straight through), and compute with the rounded
ones. What comes out computes what an integer engine will.

References:
    Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference".
    Esser et al. 2020, "Learned Step Size Quantization".
    Krishnamoorthi 2018, "Quantizing Deep Convolutional Networks for Efficient Inference" (batch-norm freeze).
"""

import copy
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from torch import Tensor, nn

from compresslab.arguments import one_of, share
from compresslab.errors import InputError
from compresslab.quantization.batch_norm import fold_into
from compresslab.quantization.post_training import calibrate, fit_weight_scales
from compresslab.quantization.prepare import BitWidths, insert_quantizers
from compresslab.quantization.quantizers import ActivationQuantizer, QuantizedLayer, WeightQuantizer
from compresslab.quantization.ranges import RangeMethod

Scales = Literal["follow", "fixed", "learned"]
_SCALES: tuple[Scales, ...] = ("follow", "fixed", "learned")


def prepare_for_training(
    model: nn.Module,
    calibration: Iterable[Tensor],
    *,
    bits: BitWidths = BitWidths(),  # noqa: B008  frozen
    by_layer: Mapping[str, BitWidths] | None = None,
    keep: Collection[str] = (),
    per_channel: bool = True,
    ranges: RangeMethod = "min_max",
    scales: Scales = "follow",
    momentum: float = 0.01,
    batch_norm: Literal["fold", "train"] = "train",
) -> nn.Module:
    """A copy of the model to train with quantization, from ranges that calibration has found.

    Training it should begin with a small learning rate: its weights are trained already. Where the batch-norm was
    folded, nothing keeps the size of the weights in check, and rates that an ordinary network takes can end in NaN: on
    the course's ResNet-18, 0.01 did, and 0.0005 did not. Train in fp32: bfloat16 keeps 8 bits of a
    value, so that what was rounded to a multiple of the scale is rounded once more.

    Args:
        model: trained; not modified.
        calibration, bits, by_layer, keep, per_channel, ranges: as in `quantize_post_training`.
        scales: "follow": weights are covered by their present range, activations by a moving average of theirs;
            "fixed": activations keep the ranges of calibration; "learned": all are parameters (LSQ).
        momentum: weight of the latest batch in the moving average, above 0 to 1.
        batch_norm: "train" it along, quantizing the weight that folding would give; or "fold" it before. After
            training, `freeze_batch_norm` and a few more epochs steady it, and `fold_after_training` ends it.

    Returns:
        A model in training mode, to hand to `training.fit`.

    Raises:
        InputError: as `quantize_post_training`, or a setting is out of its range.

    >>> from compresslab.data import load
    >>> from compresslab.models import mlp
    >>> from compresslab.training import Recipe, fit
    >>> digits, model = load("digits"), mlp()
    >>> images = digits.normalize(digits.train.images[:64])
    >>> aware = prepare_for_training(model, [images], bits=BitWidths(2, 4), scales="learned")
    >>> trained = fit(aware, digits, Recipe(epochs=1, learning_rate=0.01, precision="fp32"), progress=False).model
    >>> len(trained.get_submodule("1").weight_quantizer(trained.get_submodule("1").layer.weight)[0].unique()) <= 3
    True
    """
    one_of(_SCALES, scales=scales)
    share(zero=False, momentum=momentum)
    prepared = insert_quantizers(
        model, bits=bits, by_layer=by_layer, keep=keep, per_channel=per_channel, batch_norm=batch_norm
    )
    aware = calibrate(prepared, calibration, ranges=ranges)
    for module in aware.modules():
        if isinstance(module, ActivationQuantizer) and scales == "follow":
            module.momentum = momentum
    return learn_scales(aware).train() if scales == "learned" else aware.train()


def learn_scales(model: nn.Module) -> nn.Module:
    """A copy of a calibrated model whose scales are parameters, beginning where they are; zero points stay fixed.

    Weights begin at the scale of least squared error, as at few bits that of the whole range rounds most of them to 0.

    Args:
        model: from `calibrate` or `quantize_post_training`; not modified.

    Raises:
        InputError: an activation has no range yet.

    >>> import torch
    >>> layers = insert_quantizers(nn.Sequential(nn.Linear(4, 2)))
    >>> learned = learn_scales(calibrate(layers, [torch.rand(8, 4)]))
    >>> [name for name, _ in learned.named_parameters() if "step" in name]
    ['0.weight_quantizer.step', 'quantizers.input_1.step']
    """
    learned = copy.deepcopy(model)
    fit_weight_scales(learned)
    for module in learned.modules():
        if isinstance(module, WeightQuantizer) and module.scale is not None:
            # Without the other dimensions: an optimizer's weight decay, which is for weights, leaves it alone.
            module.step, module.scale = nn.Parameter(module.scale.flatten().clone()), None
        if isinstance(module, ActivationQuantizer):
            if not module.scale > 0:
                raise InputError(f"the activation {module.name} has no range yet: calibrate the model first.")
            module.step = nn.Parameter(module.scale.clone())
    return learned


class FrozenBatchNorm(nn.Module):
    """A batch-norm that uses and keeps its running statistics, in training mode too.

    Args:
        norm: the batch-norm.

    >>> frozen = FrozenBatchNorm(nn.BatchNorm1d(2)).train()
    >>> frozen.training, frozen.norm.training
    (True, False)
    """

    def __init__(self, norm: nn.Module) -> None:
        super().__init__()
        self.norm = norm.eval()

    def train(self, mode: bool = True) -> "FrozenBatchNorm":
        self.training = mode  # and not that of the norm
        return self

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x)


def freeze_batch_norm(model: nn.Module) -> nn.Module:
    """A copy of the model whose batch-norms keep their statistics from now on; their scale and shift still train.

    The statistics of single batches move the folded weights, and with them every rounding, from step to step. So the
    last epochs of quantization-aware training are done without.

    Args:
        model: with batch-norms, quantized layers or not; not modified.

    Raises:
        InputError: there is no batch-norm in it.

    >>> frozen = freeze_batch_norm(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))).train()
    >>> frozen[1].training, frozen[1].norm.training
    (True, False)
    """
    frozen = copy.deepcopy(model)
    count = 0
    for name, module in list(frozen.named_modules()):
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            parent, _, own = name.rpartition(".")
            holder = frozen.get_submodule(parent)
            if not isinstance(holder, FrozenBatchNorm):
                setattr(holder, own, FrozenBatchNorm(module))
            count += 1
    if not count:
        raise InputError("the model has no batch-norm to freeze: it was folded, or there was none.")
    return frozen


def fold_after_training(model: nn.Module) -> nn.Module:
    """A copy of a quantized model, in evaluation mode, whose layers have taken their batch-norms in.

    It computes what the model computes in evaluation. Learned steps stay.

    Args:
        model: from `prepare_for_training`, trained; not modified.

    >>> import torch
    >>> from compresslab.models import small_cnn
    >>> images = torch.rand(8, 1, 8, 8)
    >>> aware = prepare_for_training(small_cnn(), [images]).eval()
    >>> torch.allclose(fold_after_training(aware)(images), aware(images), atol=1e-4)
    True
    """
    folded = copy.deepcopy(model).eval()
    for name, module in list(folded.named_modules()):
        if isinstance(module, QuantizedLayer) and module.batch_norm is not None:
            fold_into(module.layer, module.norm, name=f"the batch-norm of {name}")
            module.batch_norm = None
            if isinstance(module.weight_quantizer, nn.Identity):  # its weight stays in floating point
                folded.set_submodule(name, module.layer)
    return folded
