"""Fake-quantized weights against float64 numpy and PyTorch's own operator."""

import copy
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch import nn
from torch.nn.utils import prune

from compresslab.errors import InputError
from compresslab.models import small_cnn, tiny_vit
from compresslab.pruning import attach_masks, make_permanent
from compresslab.quantization import fake_quantize, quantize_weights, symmetric_scale

SHAPES = [(5,), (4, 7), (6, 3, 3), (8, 2, 3, 3), (1, 1, 1, 1)]


@pytest.mark.parametrize("bits", [2, 3, 4, 8, 16])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("per_channel", [True, False])
def test_weights_are_the_formula_in_float64(shape, bits, per_channel) -> None:
    weight = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(bits))
    w = weight.numpy()
    axes = tuple(range(1, w.ndim)) if per_channel else None
    qmax = 2 ** (bits - 1) - 1
    s = np.abs(w).max(axis=axes, keepdims=True) / qmax
    expected = np.clip(np.rint(w / s), -qmax, qmax) * s

    scale = symmetric_scale(weight, bits=bits, per_channel=per_channel)
    np.testing.assert_allclose(scale.numpy(), s, rtol=1e-15)
    np.testing.assert_allclose(fake_quantize(weight, scale, bits=bits).numpy(), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_weights_are_those_of_pytorchs_operator(bits) -> None:
    weight = torch.randn(16, 8, 3, 3, generator=torch.Generator().manual_seed(0))
    scale = symmetric_scale(weight, bits=bits)
    qmax = 2 ** (bits - 1) - 1
    zeros = torch.zeros(16, dtype=torch.int32)
    expected = torch.fake_quantize_per_channel_affine(weight, scale.flatten(), zeros, 0, -qmax, qmax)
    torch.testing.assert_close(fake_quantize(weight, scale, bits=bits), expected, rtol=0, atol=1e-6)


finite = st.floats(-(2.0**100), 2.0**100, width=32)  # subnormal numbers included


@given(
    hnp.arrays(np.float32, hnp.array_shapes(min_dims=1, max_dims=4, max_side=4), elements=finite),
    st.integers(2, 8),
    st.booleans(),
)
def test_properties_of_any_weight(array, bits, per_channel) -> None:
    weight = torch.from_numpy(array)
    scale = symmetric_scale(weight, bits=bits, per_channel=per_channel)
    found = fake_quantize(weight, scale, bits=bits)
    assert found.shape == weight.shape
    assert found.dtype == weight.dtype
    assert torch.isfinite(found).all()
    assert (found[weight == 0] == 0).all()
    half = scale.double() * 0.5000001
    assert ((found.double() - weight.double()).abs() <= half + weight.double().abs() * 1e-6).all()
    assert torch.equal(fake_quantize(-weight, scale, bits=bits), -found)
    for channel in found if per_channel else [found]:
        assert len(channel.unique()) <= 2**bits - 1


def test_values_beyond_the_range_are_clamped() -> None:
    weight, scale = torch.tensor([-9.0, -1.4, 0.5, 1.5, 9.0]), torch.tensor([1.0])
    assert fake_quantize(weight, scale, bits=3).tolist() == [-3, -1, 0, 2, 3]  # halves go to even


def test_channels_of_zeros_and_constants_are_kept() -> None:
    weight = torch.tensor([[0.0, 0.0], [0.3, 0.3], [-2.0, -2.0]])
    found = fake_quantize(weight, symmetric_scale(weight, bits=4), bits=4)
    torch.testing.assert_close(found, weight)
    assert not fake_quantize(torch.zeros(3, 3), symmetric_scale(torch.zeros(3, 3), bits=2), bits=2).any()


@pytest.mark.parametrize("make", [small_cnn, tiny_vit])
def test_only_weights_of_convolution_and_linear_layers_change_and_only_in_the_copy(make) -> None:
    model = make()
    before = copy.deepcopy(model.state_dict())
    quantized = quantize_weights(model, bits=4)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    layers = {f"{name}.weight" for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    changed = {name for name, tensor in quantized.state_dict().items() if not torch.equal(tensor, before[name])}
    assert changed == layers
    for name in layers:
        assert all(len(channel.unique()) <= 15 for channel in quantized.state_dict()[name])


def test_a_scale_for_each_channel_is_closer_than_one_for_all() -> None:
    model = nn.Sequential(nn.Linear(32, 8))
    with torch.no_grad():
        model[0].weight.mul_(torch.logspace(-2, 0, 8).unsqueeze(1))

    def error(**settings: bool) -> float:
        return (quantize_weights(model, bits=4, **settings)[0].weight - model[0].weight).norm().item()

    assert error(per_channel=True) < error(per_channel=False)


@pytest.mark.parametrize("bits", [1, 0, -8, 17])
def test_impossible_bits_are_refused(bits) -> None:
    with pytest.raises(InputError, match=f"bits={bits}"):
        quantize_weights(nn.Linear(2, 2), bits=bits)


def test_what_cannot_be_quantized_is_refused() -> None:
    with pytest.raises(InputError, match="no convolution or linear layer"):
        quantize_weights(nn.Sequential(nn.ReLU()), bits=8)
    with pytest.raises(InputError, match="NaN"):
        symmetric_scale(torch.tensor([1.0, float("nan")]), bits=8)
    with pytest.raises(InputError, match="empty"):
        symmetric_scale(torch.empty(0, 3), bits=8)
    with pytest.raises(InputError, match="positive"):
        fake_quantize(torch.ones(2), torch.zeros(1), bits=8)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("magnitude", [1.0, 0.02])
def test_half_precision_weights_get_all_their_levels(dtype, magnitude) -> None:
    model = nn.Linear(4096, 2, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.linspace(-magnitude, magnitude, 4096).expand(2, -1))
    model = model.to(dtype)
    quantized = quantize_weights(model, bits=8)
    w = model.weight.detach().double()
    s = w.abs().amax(1, keepdim=True) / 127
    assert quantized.weight.dtype == dtype
    assert [len(channel.unique()) for channel in quantized.weight] == [255, 255]
    bound = 0.5 * s + torch.finfo(dtype).eps * w.abs()
    assert ((quantized.weight.detach().double() - w).abs() <= bound).all()


def attached(model: nn.Module) -> nn.Module:
    return attach_masks(model, {"weight": torch.eye(8, dtype=torch.bool)})


def torch_pruned(model: nn.Module) -> nn.Module:
    prune.l1_unstructured(model, "weight", amount=0.5)
    model(torch.ones(1, 8))
    return model


@pytest.mark.parametrize("mask", [attached, torch_pruned])
def test_a_model_with_masks_is_refused_and_its_permanent_form_is_quantized(mask) -> None:
    model = mask(nn.Linear(8, 8))
    with pytest.raises(InputError, match="make_permanent"):
        quantize_weights(model, bits=2)
    found = quantize_weights(make_permanent(model), bits=2).weight
    assert all(len(channel.unique()) <= 3 for channel in found)


@pytest.mark.parametrize("scale", [math.inf, math.nan, -1.0])
def test_a_scale_that_is_no_step_is_refused(scale) -> None:
    with pytest.raises(InputError, match="positive and finite"):
        fake_quantize(torch.ones(2), torch.tensor([scale]), bits=8)


@pytest.mark.parametrize("bits", [2.5, 8.0, True])
def test_bits_that_are_no_whole_number_are_refused(bits) -> None:
    with pytest.raises(InputError, match=f"bits={bits} must be a whole number"):
        fake_quantize(torch.ones(2), torch.ones(1), bits=bits)
