"""The modules that a prepared model holds: what fake-quantizes an activation, a weight, and a layer with both.

They compute in floating point what an integer engine computes in integers. So the accuracy is known before anything is
exported, and the gradient passes through.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from compresslab.errors import InputError
from compresslab.quantization.affine import block_range, fake_quantize, scale_and_zero_point
from compresslab.quantization.batch_norm import scale_and_shift
from compresslab.quantization.blocks import per_channel, per_tensor
from compresslab.quantization.formats import IntegerFormat
from compresslab.quantization.lsq import learned_step, positive
from compresslab.quantization.ranges import RangeEstimator


class ActivationQuantizer(nn.Module):
    """Fake-quantizes one activation, with one scale and one zero point.

    While it has an `estimator`, it only looks: the values pass unchanged. In training mode, with a `momentum`, its
    range follows the batches.

    Args:
        format: of the integers.
        name: of the activation, for errors.

    Attributes:
        scale, zero_point: without dimensions; the scale is 0 until a range has been set.
        step: a scale that training learns (see `lsq`), in the place of `scale`; None where it isn't learned.
        momentum: weight of the latest batch in the moving average of the range; 0 keeps the range as it is.
        estimator: takes in what passes, during calibration.

    >>> quantizer = ActivationQuantizer(IntegerFormat(8, signed=False), name="input")
    >>> quantizer.set_range(-1.0, 1.55)
    >>> quantizer(torch.tensor([0.123, 9.0]))
    tensor([0.1200, 1.5500])
    """

    scale: Tensor
    zero_point: Tensor
    step: nn.Parameter | None

    def __init__(self, format: IntegerFormat, *, name: str) -> None:
        super().__init__()
        self.format, self.name = format, name
        self.momentum = 0.0
        self.estimator: RangeEstimator | None = None
        self.register_buffer("scale", torch.zeros(()))
        self.register_buffer("zero_point", torch.zeros((), dtype=torch.int32))
        self.register_parameter("step", None)

    def set_range(self, low: float | Tensor, high: float | Tensor) -> None:
        """Cover this range from now on. InputError where an end is not finite."""
        scale, zero_point = scale_and_zero_point(low, high, self.format, name=f"the range of {self.name}")
        self.scale.copy_(scale)
        self.zero_point.copy_(zero_point)

    @property
    def current_scale(self) -> Tensor:
        """The scale that is used, learned or not."""
        return self.scale if self.step is None else positive(self.step)

    @property
    def range(self) -> tuple[Tensor, Tensor]:
        """Ends of the values that the integers stand for."""
        low, high = (self.current_scale * (end - self.zero_point) for end in (self.format.lowest, self.format.highest))
        return low, high

    def forward(self, x: Tensor) -> Tensor:
        if self.estimator is not None:
            try:
                self.estimator.observe(x)
            except InputError as error:
                raise InputError(f"the activation {self.name}: {error}") from error
            return x
        if self.step is not None:
            return learned_step(x, self.current_scale, self.zero_point, format=self.format)
        if self.training and self.momentum:
            self._follow(x.detach())
        return fake_quantize(x, self.scale, self.zero_point, format=self.format, name=self.name)

    def _follow(self, x: Tensor) -> None:
        ends = torch.stack(x.aminmax()).float()
        if torch.isfinite(ends).all():  # training that has diverged is noticed by its loss
            low, high = torch.lerp(torch.stack(self.range), ends, self.momentum)
            self.set_range(low, high)

    def extra_repr(self) -> str:
        return f"{self.name}, {self.format}"


class WeightQuantizer(nn.Module):
    """Fake-quantizes a weight symmetrically.

    Args:
        format: of the integers.
        by_channel: a scale for each output channel, or one for the weight.
        name: of the weight, for errors.

    Attributes:
        scale: fixed scales, one for each block; None takes them from the weight's range at every call, so that they
            follow it in training.
        step: scales that training learns (see `lsq`), (out,) or (1,); None where they aren't learned.

    >>> quantizer = WeightQuantizer(IntegerFormat(4, narrow=True), name="fc.weight")
    >>> quantizer(torch.tensor([[7.0, 1.4], [0.07, 0.0]]))
    tensor([[7.0000, 1.0000],
            [0.0700, 0.0000]])
    """

    scale: Tensor | None
    step: nn.Parameter | None

    def __init__(self, format: IntegerFormat, *, by_channel: bool = True, name: str = "weight") -> None:
        super().__init__()
        self.format, self.by_channel, self.name = format, by_channel, name
        self.register_buffer("scale", None)
        self.register_parameter("step", None)

    def scale_of(self, weight: Tensor) -> Tensor:
        """The scales by which this weight is quantized, (out, 1, ..., 1) or with every dimension 1."""
        if self.step is not None:
            return positive(self.step).reshape((-1, *[1] * (weight.ndim - 1)))
        if self.scale is not None:
            return self.scale
        block_size = per_channel(weight) if self.by_channel else per_tensor(weight)
        low, high = block_range(weight.detach(), block_size, name=self.name)
        return scale_and_zero_point(low, high, self.format, symmetric=True, name=self.name)[0]

    def forward(self, weight: Tensor) -> Tensor:
        if self.step is not None:
            return learned_step(weight, self.scale_of(weight), format=self.format)
        return fake_quantize(weight, self.scale_of(weight), format=self.format, name=self.name)

    def extra_repr(self) -> str:
        return f"{self.name}, {self.format}, by {'channel' if self.by_channel else 'tensor'}"


class QuantizedLayer(nn.Module):
    """A convolution or linear layer that computes with its weight fake-quantized, and perhaps takes a batch-norm in.

    With a batch-norm, the weight that is quantized is the one that folding gives, with the running statistics: the one
    that the integer engine will multiply by. While the batch-norm trains, the output is brought back to the layer's
    own scale before it, so that the batch's statistics are those of an ordinary network (Jacob et al. 2018; the
    division, instead of a second convolution, as in PyTorch's own fused modules).

    Args:
        layer: the original one.
        weight_quantizer: what its weight passes through.
        batch_norm: the one that follows, if it is to be trained along.

    >>> layer = QuantizedLayer(nn.Linear(2, 1), WeightQuantizer(IntegerFormat(8, narrow=True)))
    >>> layer(torch.ones(5, 2)).shape
    torch.Size([5, 1])
    """

    def __init__(self, layer: nn.Module, weight_quantizer: nn.Module, batch_norm: nn.Module | None = None) -> None:
        super().__init__()
        self.layer: Any = layer
        self.weight_quantizer: Any = weight_quantizer
        self.batch_norm: Any = batch_norm

    @property
    def norm(self) -> nn.Module:
        """The batch-norm itself, frozen or not."""
        return getattr(self.batch_norm, "norm", self.batch_norm)

    def folded(self) -> tuple[Tensor, Tensor | None]:
        """Weight and bias with the batch-norm folded in, neither quantized."""
        weight, bias = self.layer.weight, self.layer.bias
        if self.batch_norm is None:
            return weight, bias
        factor, shift = scale_and_shift(self.norm)
        bias = shift if bias is None else shift + bias * factor
        return weight * _rows(factor.to(weight.dtype), weight), bias.to(weight.dtype)

    def forward(self, x: Tensor) -> Tensor:
        weight, bias = self.folded()
        weight = self.weight_quantizer(weight)
        if self.batch_norm is None or not self.norm.training:
            return apply_layer(self.layer, x, weight, bias)
        factor = scale_and_shift(self.norm)[0].to(weight.dtype)
        factor = torch.where(factor == 0, 1, factor)  # a channel that the batch-norm has switched off is 0 already
        y = apply_layer(self.layer, x, weight, None)
        by_channel = (1, -1, *[1] * (y.ndim - 2))
        y = y / factor.reshape(by_channel)
        return self.batch_norm(y if self.layer.bias is None else y + self.layer.bias.reshape(by_channel))


def _rows(values: Tensor, weight: Tensor) -> Tensor:
    return values.reshape((-1, *[1] * (weight.ndim - 1)))


def apply_layer(layer: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """What a convolution or linear layer computes, with another weight and bias.

    >>> apply_layer(nn.Linear(2, 1), torch.ones(1, 2), torch.tensor([[2.0, 3.0]]), torch.tensor([1.0]))
    tensor([[6.]])
    """
    if isinstance(layer, nn.Linear):
        return F.linear(x, weight, bias)
    if isinstance(layer, nn.modules.conv._ConvTransposeNd):
        return functional_call(layer, {"weight": weight} | ({} if bias is None else {"bias": bias}), (x,))
    return layer._conv_forward(x, weight, bias)
