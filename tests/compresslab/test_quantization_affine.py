"""Affine quantization against float64 numpy, PyTorch's own operators and observers, and ONNX Runtime."""

import copy
import math

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch import nn
from torch.ao.quantization import observer
from torch.nn.utils import prune

from compresslab.errors import InputError
from compresslab.models import small_cnn, tiny_vit
from compresslab.pruning import attach_masks, make_permanent
from compresslab.quantization import (
    IntegerFormat,
    block_range,
    dequantize,
    fake_quantize,
    per_channel,
    per_group,
    per_tensor,
    quantize,
    quantize_weights,
    scale_and_zero_point,
    symmetric_scale,
    weight_format,
)

FORMATS = [IntegerFormat(bits, signed) for bits in (2, 3, 4, 7, 8, 16) for signed in (True, False)]
finite = st.floats(-(2.0**100), 2.0**100, width=32)  # subnormal numbers included
formats = st.builds(IntegerFormat, st.integers(2, 8), st.booleans())


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("format", FORMATS, ids=repr)
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("shift", [-5.0, 0.0, 0.3, 5.0])
def test_scale_and_zero_point_are_those_of_pytorchs_observers(format, symmetric, shift) -> None:
    x = normal(4, 50) + shift
    scheme = torch.per_channel_symmetric if symmetric else torch.per_channel_affine
    observed = observer.PerChannelMinMaxObserver(
        ch_axis=0, qscheme=scheme, dtype=torch.int32, quant_min=format.lowest, quant_max=format.highest
    )
    observed(x)
    scale, zero_point = observed.calculate_qparams()
    if symmetric and not format.signed:
        # The middle, which PyTorch gives for quint8 alone.
        zero_point = torch.full_like(zero_point, 2 ** (format.bits - 1))
    low, high = block_range(x, per_channel(x))
    found_scale, found_zero = scale_and_zero_point(low, high, format, symmetric=symmetric)
    torch.testing.assert_close(found_scale.flatten(), scale, rtol=1e-6, atol=0)
    assert torch.equal(found_zero.flatten(), zero_point.to(torch.int32))


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("signed", [True, False])
def test_integers_are_those_of_onnx_runtime(bits, signed) -> None:
    format = IntegerFormat(bits, signed)
    scale, zero_point = torch.tensor(0.25), 3
    halves = torch.arange(-200, 200) * 0.125  # each second one lies in the middle of two steps
    kind = getattr(onnx.TensorProto, f"{'' if signed else 'U'}INT{bits}")
    x, q = (onnx.helper.make_tensor_value_info(n, k, [None]) for n, k in (("x", 1), ("q", onnx.TensorProto.INT8)))
    q = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None])
    constants = [
        onnx.helper.make_tensor("s", onnx.TensorProto.FLOAT, [], [scale.item()]),
        onnx.helper.make_tensor("z", kind, [], [zero_point]),
    ]
    nodes = [
        onnx.helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
        onnx.helper.make_node("DequantizeLinear", ["q", "s", "z"], ["y"]),
    ]
    graph = onnx.helper.make_graph(nodes, "pair", [x], [q], constants)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 21)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {"x": halves.numpy()})
    integers = quantize(halves, scale, zero_point, format=format)
    assert integers.dtype == format.storage
    assert torch.equal(dequantize(integers, scale, zero_point), torch.from_numpy(expected))
    assert torch.equal(fake_quantize(halves, scale, zero_point, format=format), torch.from_numpy(expected))


@given(
    hnp.arrays(np.float32, hnp.array_shapes(min_dims=1, max_dims=4, max_side=4), elements=finite),
    formats,
    st.booleans(),
    st.data(),
)
def test_properties_of_any_tensor_in_any_blocks(array, format, symmetric, data) -> None:
    x = torch.from_numpy(array)
    block_size = [data.draw(st.sampled_from([d for d in range(1, n + 1) if n % d == 0])) for n in x.shape]
    scale, zero_point = scale_and_zero_point(*block_range(x, block_size), format, symmetric=symmetric)
    assert scale.shape == tuple(n // block for n, block in zip(x.shape, block_size, strict=True))
    q = quantize(x, scale, zero_point, format=format)
    back = dequantize(q, scale, zero_point)
    assert torch.equal(back, fake_quantize(x, scale, zero_point, format=format))
    assert q.min() >= format.lowest
    assert q.max() <= format.highest
    assert (back[x == 0] == 0).all()  # also where 0 is not within the block's range
    assert torch.isfinite(back).all()
    # Each block by itself, without `blocks`.
    step = scale.double()
    for axis, block in enumerate(block_size):
        step = step.repeat_interleave(block, axis)
    error = (back.double() - x.double()).abs()
    # The largest value of a symmetric range lies half a step beyond the last integer; and z was rounded.
    assert (error <= 1.000001 * step + x.double().abs() * 1e-6).all()
    assert (error.flatten() <= 0.5000001 * step.flatten() + x.double().flatten().abs() * 1e-6).any()


@pytest.mark.parametrize("format", FORMATS, ids=repr)
def test_value_and_gradient_are_those_of_pytorchs_operators(format) -> None:
    x = (9 * normal(6, 40)).requires_grad_()
    scale = torch.tensor([0.5, 0.25, 0.125, 1.0, 2.0, 0.0625])  # powers of two: PyTorch multiplies by 1/s
    zeros = torch.full((6,), max(format.lowest, -1), dtype=torch.int32)
    expected = torch.fake_quantize_per_channel_affine(x, scale, zeros, 0, format.lowest, format.highest)
    upstream = normal(6, 40, seed=1)
    (wanted,) = torch.autograd.grad((expected * upstream).sum(), x)
    found = fake_quantize(x, scale[:, None], zeros[:, None], format=format)
    (gradient,) = torch.autograd.grad((found * upstream).sum(), x)
    assert torch.equal(found, expected)
    assert torch.equal(gradient, wanted)
    assert format.bits > 8 or 0 < (gradient == 0).sum() < gradient.numel()


def test_blocks_are_quantized_as_if_they_stood_alone() -> None:
    weight = normal(8, 12, 3, 3)
    for block_size in (per_tensor(weight), per_channel(weight), per_channel(weight, 1), per_group(weight, 4)):
        scale, zero_point = scale_and_zero_point(*block_range(weight, block_size), IntegerFormat(4))
        found = fake_quantize(weight, scale, zero_point, format=IntegerFormat(4))
        for outputs in torch.arange(8).split(block_size[0]):
            for inputs in torch.arange(12).split(block_size[1]):
                part = weight[outputs][:, inputs]
                alone = scale_and_zero_point(part.min(), part.max(), IntegerFormat(4))
                expected = fake_quantize(part, *alone, format=IntegerFormat(4))
                assert torch.equal(found[outputs][:, inputs], expected)


def test_infinity_saturates_nan_is_refused_as_an_integer_and_passed_on_as_a_number() -> None:
    x, scale, format = torch.tensor([math.inf, -math.inf, math.nan]), torch.tensor(0.5), IntegerFormat(8)
    assert fake_quantize(x, scale, format=format)[:2].tolist() == [63.5, -64.0]
    assert fake_quantize(x, scale, format=format)[2].isnan()
    assert quantize(x[:2], scale, format=format).tolist() == [127, -128]
    with pytest.raises(InputError, match=r"conv1\.weight of shape \(3,\) holds NaN"):
        quantize(x, scale, format=format, name="conv1.weight")


def test_ranges_of_constants_zeros_extremes_and_single_signs() -> None:
    def covered(low: float, high: float, **settings: bool) -> tuple[float, int]:
        scale, zero_point = scale_and_zero_point(low, high, IntegerFormat(8, signed=False), **settings)
        return scale.item(), int(zero_point)

    assert covered(0.0, 0.0) == (torch.finfo(torch.float32).tiny, 0)
    assert covered(5.1, 5.1) == (pytest.approx(0.02), 0)  # 0 joins the range
    assert covered(-5.1, -5.1) == (pytest.approx(0.02), 255)
    assert covered(-3e38, 3e38) == (pytest.approx(6e38 / 255), 128)  # the difference is beyond float32
    assert covered(-1.0, 3.0, symmetric=True) == (pytest.approx(6 / 255), 128)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: block_range(torch.zeros(0, 3), name="fc.weight"), r"fc.weight of shape \(0, 3\) is empty"),
        (lambda: block_range(torch.tensor([math.nan]), name="fc.weight"), "fc.weight .* NaN"),
        (lambda: block_range(torch.tensor([math.inf])), "tensor .* infinity"),
        (lambda: block_range(torch.tensor([1])), "int64: give floating-point"),
        (lambda: block_range(torch.zeros(4, 6), (1, 4), name="w"), r"\(1, 4\) doesn't divide w of shape \(4, 6\)"),
        (lambda: block_range(torch.zeros(4, 6), (4,), name="w"), "1 dimensions, w"),
        (lambda: block_range(torch.zeros(4, 6), (0, 6)), "doesn't divide"),
        (lambda: scale_and_zero_point(math.nan, 1.0, IntegerFormat(8), name="relu1"), "relu1 holds NaN"),
        (lambda: scale_and_zero_point(0.0, math.inf, IntegerFormat(8)), "infinity"),
        (lambda: scale_and_zero_point(1.0, -1.0, IntegerFormat(8), name="relu1"), "relu1 ends below"),
        (lambda: per_channel(torch.zeros(3), 1), "axis=1 is none"),
        (lambda: per_group(torch.zeros(3), 1, name="b"), "b of shape .* no inputs"),
        (lambda: per_group(torch.zeros(3, 8), 3, name="fc"), "fc .* groups of 3 don't divide"),
        (
            lambda: fake_quantize(torch.zeros(4, 6), torch.ones(4, 4), format=IntegerFormat(8)),
            r"scale has shape \(4, 4",
        ),
        (lambda: fake_quantize(torch.zeros(6), torch.ones(1, 1), format=IntegerFormat(8)), "scale has shape"),
        (lambda: dequantize(torch.zeros(6), torch.ones(1)), "q is torch.float32"),
    ],
)
def test_what_has_no_meaning_is_refused_by_name(call, message) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_nothing_in_nothing_out() -> None:
    empty = torch.zeros(0, 3, requires_grad=True)
    found = fake_quantize(empty, torch.ones(1), format=IntegerFormat(8))
    found.sum().backward()
    assert found.shape == empty.grad.shape == (0, 3)
    assert quantize(empty, torch.ones(1), format=IntegerFormat(8)).shape == (0, 3)


SHAPES = [(5,), (4, 7), (6, 3, 3), (8, 2, 3, 3), (1, 1, 1, 1)]


@pytest.mark.parametrize("bits", [2, 3, 4, 8, 16])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("by_channel", [True, False])
def test_weights_are_the_formula_in_float64(shape, bits, by_channel) -> None:
    weight = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(bits))
    w = weight.numpy()
    axes = tuple(range(1, w.ndim)) if by_channel else None
    qmax = 2 ** (bits - 1) - 1
    s = np.abs(w).max(axis=axes, keepdims=True) / qmax
    expected = np.clip(np.rint(w / s), -qmax, qmax) * s

    scale = symmetric_scale(weight, bits=bits, block_size=None if by_channel else per_tensor(weight))
    np.testing.assert_allclose(scale.numpy(), s, rtol=1e-15)
    np.testing.assert_allclose(
        fake_quantize(weight, scale, format=weight_format(bits)).numpy(), expected, rtol=1e-13, atol=1e-15
    )


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_weights_are_those_of_pytorchs_operator(bits) -> None:
    weight = torch.randn(16, 8, 3, 3, generator=torch.Generator().manual_seed(0))
    scale = symmetric_scale(weight, bits=bits)
    qmax = 2 ** (bits - 1) - 1
    zeros = torch.zeros(16, dtype=torch.int32)
    expected = torch.fake_quantize_per_channel_affine(weight, scale.flatten(), zeros, 0, -qmax, qmax)
    torch.testing.assert_close(fake_quantize(weight, scale, format=weight_format(bits)), expected, rtol=0, atol=1e-6)


@given(
    hnp.arrays(np.float32, hnp.array_shapes(min_dims=1, max_dims=4, max_side=4), elements=finite),
    st.integers(2, 8),
    st.booleans(),
)
def test_properties_of_any_weight(array, bits, by_channel) -> None:
    weight = torch.from_numpy(array)
    scale = symmetric_scale(weight, bits=bits, block_size=None if by_channel else per_tensor(weight))
    found = fake_quantize(weight, scale, format=weight_format(bits))
    assert found.shape == weight.shape
    assert found.dtype == weight.dtype
    assert torch.isfinite(found).all()
    assert (found[weight == 0] == 0).all()
    half = scale.double() * 0.5000001
    assert ((found.double() - weight.double()).abs() <= half + weight.double().abs() * 1e-6).all()
    assert torch.equal(fake_quantize(-weight, scale, format=weight_format(bits)), -found)
    for channel in found if by_channel else [found]:
        assert len(channel.unique()) <= 2**bits - 1


def test_values_beyond_the_range_are_clamped() -> None:
    weight, scale = torch.tensor([-9.0, -1.4, 0.5, 1.5, 9.0]), torch.tensor([1.0])
    assert fake_quantize(weight, scale, format=weight_format(3)).tolist() == [-3, -1, 0, 2, 3]  # halves go to even


def test_channels_of_zeros_and_constants_are_kept() -> None:
    weight = torch.tensor([[0.0, 0.0], [0.3, 0.3], [-2.0, -2.0]])
    found = fake_quantize(weight, symmetric_scale(weight, bits=4), format=weight_format(4))
    torch.testing.assert_close(found, weight)
    assert not fake_quantize(
        torch.zeros(3, 3), symmetric_scale(torch.zeros(3, 3), bits=2), format=weight_format(2)
    ).any()


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
        fake_quantize(torch.ones(2), torch.zeros(1), format=weight_format(8))


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
        fake_quantize(torch.ones(2), torch.tensor([scale]), format=weight_format(8))


@pytest.mark.parametrize("bits", [2.5, 8.0, True])
def test_bits_that_are_no_whole_number_are_refused(bits) -> None:
    with pytest.raises(InputError, match=f"bits={bits} must be a whole number"):
        fake_quantize(torch.ones(2), torch.ones(1), format=weight_format(bits))
