"""Scales, zero points and integers are torchao's, for the same ranges: PyTorch's library for quantization today."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torchao.quantization.quant_primitives import (
    MappingType,
    choose_qparams_affine,
    dequantize_affine,
    quantize_affine,
)

from compresslab.quantization import (
    IntegerFormat,
    block_range,
    dequantize,
    per_channel,
    per_group,
    per_tensor,
    quantize,
    scale_and_zero_point,
)

SHAPES = {"linear": (6, 32), "convolution": (5, 16, 3, 3)}
BLOCKS = {"tensor": per_tensor, "channel": per_channel, "group": lambda weight: per_group(weight, 8)}


def values(shape: tuple[int, ...], seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator) * torch.rand(shape[0], generator=generator).view(
        -1, *[1] * (len(shape) - 1)
    )


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("bits", [8, 4, 3, 2])
def test_scales_zero_points_and_integers_are_torchaos(
    bits: int, symmetric: bool, block: Callable[[Tensor], tuple[int, ...]], shape: tuple[int, ...]
) -> None:
    weight = values(shape, seed=bits) + (0 if symmetric else 0.3)
    size = block(weight)
    format = IntegerFormat(bits, signed=symmetric, narrow=symmetric)
    low, high = block_range(weight, size)
    scale, zero_point = scale_and_zero_point(low, high, format, symmetric=symmetric)
    kind = MappingType.SYMMETRIC if symmetric else MappingType.ASYMMETRIC
    ends = {"quant_min": format.lowest, "quant_max": format.highest}
    theirs = choose_qparams_affine(weight, kind, size, format.storage, **ends, scale_dtype=torch.float32)
    torch.testing.assert_close(scale.flatten(), theirs[0].flatten(), rtol=1e-6, atol=0)
    assert torch.equal(zero_point.flatten(), theirs[1].flatten())

    ours = quantize(weight, scale, zero_point, format=format)
    given = theirs[0].reshape(scale.shape), theirs[1].reshape(scale.shape)
    other = quantize_affine(weight, size, *given, format.storage, **ends)
    steps = dequantize(ours, scale, zero_point) - weight
    halves = (
        steps.abs() / steps.abs().max() - 1
    ).abs() < 1e-4  # it multiplies by 1 / s, and so may round them elsewhere
    assert torch.equal(ours[~halves], other[~halves]) and halves.float().mean() < 0.01
    back = dequantize_affine(other, size, *given, format.storage, **ends)
    torch.testing.assert_close(dequantize(other, scale, zero_point), back, rtol=1e-5, atol=1e-7)
