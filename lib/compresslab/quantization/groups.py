"""Weights as integers by group: the storage of weight-only quantization, and its simplest method, round to nearest.

A group is so many neighbouring inputs of one output channel, which share a scale and a zero point. Small groups follow
the weights closely and cost more: see `bits_per_weight`. Activations stay in floating point. A language model that
writes one token at a time reads every weight for it, so fewer bytes of weights are fewer bytes to wait for.

Reference: Dettmers and Zettlemoyer 2023, "The case for 4-bit precision: k-bit Inference Scaling Laws".
"""

import copy
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.hidden_weights import require_plain_parameters
from compresslab.quantization.affine import block_range, dequantize, quantize, scale_and_zero_point
from compresslab.quantization.blocks import per_channel, per_group
from compresslab.quantization.formats import IntegerFormat


@dataclass(frozen=True)
class GroupWeight:
    """A matrix (out, in) as integers.

    Attributes:
        q: (out, in) int8 or uint8.
        scale: (out, groups) float32.
        zero_point: (out, groups) int32; 0 everywhere where the format is symmetric.
        format: of the integers: symmetric where it is signed.

    >>> import torch
    >>> weight = round_to_nearest(torch.tensor([[-7.0, 2.1, 0.1, 0.7]]), bits=4, group_size=2, symmetric=True)
    >>> weight.q.tolist(), weight.scale.shape, weight.dequantize().shape
    ([[-7, 2, 1, 7]], torch.Size([1, 2]), torch.Size([1, 4]))
    """

    q: Tensor
    scale: Tensor
    zero_point: Tensor
    format: IntegerFormat

    @property
    def group_size(self) -> int:
        """Inputs of a group."""
        return self.q.shape[1] // self.scale.shape[1]

    def dequantize(self) -> Tensor:
        """The matrix that the integers stand for, (out, in) float32."""
        return dequantize(self.q, self.scale, self.zero_point)


class GroupLinear(nn.Module):
    """A linear layer that keeps its weight as integers by group, and makes real numbers of them for each call.

    PyTorch has no operator for a few bits on the CPU: this gives the accuracy and, by `size_bytes`, the size, and
    `deploy.export_language_model` the speed.

    Args:
        integers: of the weight.
        bias: (out,) or None.

    >>> import torch
    >>> layer = GroupLinear(round_to_nearest(torch.randn(3, 64), bits=4, group_size=32))
    >>> layer(torch.zeros(2, 64)).shape
    torch.Size([2, 3])
    >>> layer.size_bytes()  # 96 bytes of integers; for each of 6 groups, 2 bytes of scale and half of zero point
    111
    """

    q: Tensor
    scale: Tensor
    zero_point: Tensor

    def __init__(self, integers: GroupWeight, bias: Tensor | None = None) -> None:
        super().__init__()
        self.out_features, self.in_features = integers.q.shape
        self.format = integers.format
        self.register_buffer("q", integers.q)
        self.register_buffer("scale", integers.scale)
        self.register_buffer("zero_point", integers.zero_point)
        self.bias = None if bias is None else nn.Parameter(bias.detach().clone())

    @property
    def integers(self) -> GroupWeight:
        """What the layer keeps."""
        return GroupWeight(self.q, self.scale, self.zero_point, self.format)

    @property
    def weight(self) -> Tensor:
        """The weight that the integers stand for, (out, in)."""
        return self.integers.dequantize()

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight.to(x.dtype), self.bias)

    def size_bytes(self, *, scale_bits: int = 16) -> int:
        """Bytes of the integers packed without gaps, of scales and zero points, and of the bias in float32."""
        rate = bits_per_weight(
            self.format.bits,
            self.integers.group_size,
            symmetric=self.format.signed,
            scale_bits=scale_bits,
        )
        return math.ceil(self.q.numel() * rate / 8) + (0 if self.bias is None else 4 * self.out_features)

    def extra_repr(self) -> str:
        """What `print` shows."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}, "
            f"format={self.format}, group_size={self.integers.group_size}"
        )


def bits_per_weight(bits: int, group_size: int, *, symmetric: bool = False, scale_bits: int = 16) -> float:
    """Bits that a weight costs with its share of the group's scale and zero point.

    Args:
        bits: of the integers.
        group_size: weights that share a scale.
        symmetric: without a zero point, which otherwise has as many bits as a weight.
        scale_bits: of a scale.

    >>> bits_per_weight(4, 128), bits_per_weight(4, 32), bits_per_weight(4, 32, symmetric=True, scale_bits=32)
    (4.15625, 4.625, 5.0)
    """
    whole(2, 8, "", bits=bits)
    whole(group_size=group_size)
    whole(scale_bits=scale_bits)
    return bits + (scale_bits + (0 if symmetric else bits)) / group_size


def round_to_nearest(
    weight: Tensor, *, bits: int, group_size: int | None = None, symmetric: bool = False, name: str = "weight"
) -> GroupWeight:
    """The nearest integer for each weight by itself, the range of a group being that of its weights.

    Args:
        weight: (out, in) floating point.
        bits: 2 to 8.
        group_size: inputs of a group, which must divide their number; None takes each output channel for one group.
        symmetric: without zero points: the largest magnitude of a group decides.
        name: of the weight, for the errors.

    Raises:
        InputError: `bits` is out of its range, the group size doesn't divide, or the weight is no matrix, empty, or
            holds NaN or infinity.

    >>> import torch
    >>> round_to_nearest(torch.tensor([[0.0, 0.4, 1.1, 1.5]]), bits=2).dequantize()
    tensor([[0.0000, 0.5000, 1.0000, 1.5000]])
    """
    format = group_format(bits, symmetric=symmetric)
    scale, zero_point = group_ranges(weight, format, group_size=group_size, name=name)
    return GroupWeight(quantize(weight, scale, zero_point, format=format, name=name), scale, zero_point, format)


def quantize_groups(
    model: nn.Module, *, bits: int, group_size: int | None = 32, symmetric: bool = False, skip: Collection[str] = ()
) -> nn.Module:
    """A copy of the model whose linear layers keep integers, rounded to nearest.

    Args:
        model: is not modified.
        bits, group_size, symmetric: as in `round_to_nearest`.
        skip: names of linear layers to leave as they are, such as {"head"}: the first and the last layers of a
            language model are few of its weights and are usually left alone.

    Returns:
        A model with `GroupLinear` in place of each `nn.Linear`.

    Raises:
        InputError: as `round_to_nearest`, naming the layer; there is no linear layer, `skip` names none, or a weight is
            computed from others (attached masks).

    >>> quantize_groups(nn.Sequential(nn.Linear(64, 8, bias=False)), bits=4)
    Sequential(
      (0): GroupLinear(in_features=64, out_features=8, bias=False, format=uint4, group_size=32)
    )
    """
    quantized = copy.deepcopy(model)
    for name, layer in linear_layers(quantized, skip=skip).items():
        integers = round_to_nearest(
            layer.weight.detach(), bits=bits, group_size=group_size, symmetric=symmetric, name=f"{name}.weight"
        )
        quantized = replace_layer(quantized, name, GroupLinear(integers, layer.bias))
    return quantized


def packed_bytes(model: nn.Module, *, scale_bits: int = 16) -> int:
    """Bytes of a model whose integers are packed: `GroupLinear.size_bytes`, and all other parameters at their dtype.

    >>> packed_bytes(quantize_groups(nn.Sequential(nn.Embedding(10, 64), nn.Linear(64, 8, bias=False)), bits=4))
    2856
    """
    inside = set()
    total = 0
    for module in model.modules():
        if isinstance(module, GroupLinear):
            total += module.size_bytes(scale_bits=scale_bits)
            inside |= {id(parameter) for parameter in module.parameters()}
    return total + sum(p.numel() * p.element_size() for p in model.parameters() if id(p) not in inside)


def group_format(bits: int, *, symmetric: bool) -> IntegerFormat:
    """Signed and symmetric, or unsigned with zero points.

    >>> group_format(4, symmetric=True), group_format(4, symmetric=False)
    (int4 (narrow), uint4)
    """
    whole(2, 8, "", bits=bits)
    return IntegerFormat(bits, signed=symmetric, narrow=symmetric)


def group_ranges(
    weight: Tensor, format: IntegerFormat, *, group_size: int | None, name: str = "weight"
) -> tuple[Tensor, Tensor]:
    """Scale and zero point of each group, from its smallest and largest weight, each (out, groups).

    Raises:
        InputError: see `round_to_nearest`.

    >>> import torch
    >>> group_ranges(torch.tensor([[0.0, 15.0]]), group_format(4, symmetric=False), group_size=2)
    (tensor([[1.]]), tensor([[0]], dtype=torch.int32))
    """
    if weight.ndim != 2:
        raise InputError(f"{name} of shape {tuple(weight.shape)} is no matrix: give the weight of a linear layer.")
    block_size = per_channel(weight) if group_size is None else per_group(weight, group_size, name=name)
    low, high = block_range(weight.float(), block_size, name=name)
    return scale_and_zero_point(low, high, format, symmetric=format.signed, name=name)


def linear_layers(model: nn.Module, *, skip: Collection[str] = ()) -> dict[str, nn.Linear]:
    """The linear layers to quantize, by name, in the order of the modules.

    Raises:
        InputError: there is none, `skip` names something else, or a weight is computed from others (attached masks).

    >>> list(linear_layers(nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2)), skip={"2"}))
    ['0']
    """
    require_plain_parameters(model, purpose="quantizing its weights")
    layers = dict(_linear_layers(model))
    for name in skip:
        if name not in layers:
            raise InputError(f"skip names {name!r}, which is none of the linear layers: {', '.join(layers) or 'none'}.")
    chosen = {name: layer for name, layer in layers.items() if name not in skip}
    if not chosen:
        raise InputError("the model has no linear layer whose weights could be quantized.")
    return chosen


def _linear_layers(model: nn.Module) -> Iterator[tuple[str, nn.Linear]]:
    for name, module in model.named_modules():
        if type(module) is nn.Linear:
            yield name, module


def replace_layer(model: nn.Module, name: str, layer: nn.Module) -> nn.Module:
    """Put a layer in the place of another one, in every place that has it; gives the model (another, if it is all).

    >>> replace_layer(nn.Sequential(nn.Linear(4, 4)), "0", nn.Identity())
    Sequential(
      (0): Identity()
    )
    """
    old = model.get_submodule(name)
    layer.train(old.training)
    if old is model:
        return layer
    for parent in list(model.modules()):
        for child, module in list(parent._modules.items()):  # named_children names a shared one once
            if module is old:
                setattr(parent, child, layer)
    return model
