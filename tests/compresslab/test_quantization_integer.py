"""The integer-only reference against ONNX Runtime's integer kernels, and against exact fractions."""

from fractions import Fraction

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper, numpy_helper

from compresslab.errors import InputError
from compresslab.quantization import INT8, UINT8, IntegerFormat
from compresslab.quantization.integer import (
    Grid,
    integer_add,
    integer_average,
    integer_bias,
    integer_conv2d,
    integer_linear,
    integer_relu,
    multiplier_and_shift,
    requantize,
    saturating_dot,
)

SAFE = IntegerFormat(7, narrow=True)  # on CPUs without VNNI, ONNX Runtime's kernels saturate with weights of 8 bits


def random_integers(shape: tuple[int, ...], format: IntegerFormat, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(format.lowest, format.highest + 1, shape, generator=generator).to(format.storage)


def run(op_type: str, inputs: list[np.ndarray], domain: str = "", **attributes: object) -> torch.Tensor:
    """What ONNX Runtime answers for one operator with these inputs, all but the first as constants."""
    names = [f"i{number}" for number in range(len(inputs))]
    node = helper.make_node(op_type, names, ["y"], domain=domain, **attributes)
    x = helper.make_tensor_value_info("i0", helper.np_dtype_to_tensor_dtype(inputs[0].dtype), inputs[0].shape)
    y = helper.make_tensor_value_info("y", onnx.TensorProto.UINT8, None)
    constants = [numpy_helper.from_array(value, name) for name, value in zip(names[1:], inputs[1:], strict=True)]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(helper.make_graph([node], "one", [x], [y], constants), opset_imports=opsets, ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return torch.from_numpy(session.run(None, {"i0": inputs[0]})[0])


def scale(value: float) -> np.ndarray:
    return np.array(value, dtype=np.float32)


def zero(grid: Grid) -> np.ndarray:
    return np.array(grid.zero_point, dtype=np.uint8)


def assert_within_a_step(found: torch.Tensor, expected: torch.Tensor) -> None:
    assert found.dtype == expected.dtype == torch.uint8
    difference = (found.int() - expected.int()).abs()
    assert difference.max() <= 1
    assert (difference == 0).double().mean() > 0.98  # only halves may differ
    assert len(expected.unique()) > 20  # not all clamped


@pytest.mark.parametrize(("stride", "padding", "groups"), [(1, 0, 1), (1, 1, 1), (2, 1, 1), (1, 1, 4)])
@pytest.mark.parametrize("by_channel", [True, False])
def test_a_convolution_is_within_a_step_of_onnx_runtimes(stride, padding, groups, by_channel) -> None:
    x, output = Grid(0.02, 117), Grid(0.35, 93)
    q = random_integers((2, 8, 9, 7), UINT8, 0)
    weight = random_integers((12, 8 // groups, 3, 3), SAFE, 1)
    weight_scale = torch.linspace(0.02, 0.06, 12) * groups**0.5 if by_channel else torch.tensor([0.04])
    w_scale = weight_scale.squeeze().numpy()
    bias = integer_bias(torch.linspace(-9, 9, 12), x, weight_scale)
    found = integer_conv2d(q, x, weight, weight_scale, output, bias=bias, stride=stride, padding=padding, groups=groups)
    expected = run(
        "QLinearConv",
        [
            q.numpy(), scale(x.scale), zero(x), weight.numpy(), w_scale,
            np.zeros_like(w_scale, dtype=np.int8), scale(output.scale), zero(output), bias.numpy(),
        ],
        strides=[stride, stride], pads=[padding] * 4, group=groups,
    )  # fmt: skip
    assert_within_a_step(found, expected)
    exact = F.conv2d(
        x.dequantize(q).double(), weight.double() * weight_scale.double().reshape(-1, 1, 1, 1),
        bias.double() * x.scale * weight_scale.double(), stride, padding, 1, groups,
    )  # fmt: skip
    inside = (found > 0) & (found < 255)
    assert ((output.dequantize(found).double() - exact).abs()[inside] <= 0.5001 * output.scale).all()


def test_a_linear_layer_is_within_a_step_of_onnx_runtimes() -> None:
    x, output = Grid(0.02, 100), Grid(0.5, 128)
    q, weight = random_integers((40, 64), UINT8, 0), random_integers((16, 64), SAFE, 1)
    weight_scale = torch.linspace(0.02, 0.06, 16)
    bias = integer_bias(torch.linspace(-9, 9, 16), x, weight_scale)
    found = integer_linear(q, x, weight, weight_scale, output, bias=bias)
    expected = run(
        "QGemm",
        [
            q.numpy(), scale(x.scale), zero(x), weight.numpy(), weight_scale.numpy(), np.zeros(16, dtype=np.int8),
            bias.numpy(), scale(output.scale), zero(output),
        ],
        "com.microsoft", transB=1,
    )  # fmt: skip
    assert_within_a_step(found, expected)


@pytest.mark.parametrize("output", [Grid(0.05, 128), Grid(0.04, 0), Grid(0.2, 200)])
def test_an_addition_is_within_a_step_of_onnx_runtimes(output) -> None:
    a_grid, b_grid = Grid(0.02, 117), Grid(0.033, 3)
    a, b = (random_integers((4, 500), UINT8, seed) for seed in (0, 1))
    found = integer_add(a, a_grid, b, b_grid, output)
    expected = run(
        "QLinearAdd",
        [
            a.numpy(), scale(a_grid.scale), zero(a_grid), b.numpy(), scale(b_grid.scale), zero(b_grid),
            scale(output.scale), zero(output),
        ],
        "com.microsoft",
    )  # fmt: skip
    assert_within_a_step(found, expected)


def test_an_average_pool_is_within_a_step_of_onnx_runtimes() -> None:
    x, output = Grid(0.02, 117), Grid(0.005, 130)
    q = random_integers((8, 64, 5, 4), UINT8, 0)
    found = integer_average(q, x, output)
    expected = run(
        "QLinearGlobalAveragePool",
        [q.numpy(), scale(x.scale), zero(x), scale(output.scale), zero(output)],
        "com.microsoft",
    )
    assert_within_a_step(found, expected)


def test_a_relu_is_that_of_the_real_numbers() -> None:
    grid, q = Grid(0.1, 40), torch.arange(256).to(torch.uint8)
    assert torch.equal(grid.dequantize(integer_relu(q, grid)), grid.dequantize(q).relu())


@given(st.floats(1e-12, 1e6))
def test_a_multiplier_has_31_bits(ratio) -> None:
    m, shift = multiplier_and_shift(ratio)
    assert 2**30 <= m < 2**31
    assert shift >= 1
    assert abs(Fraction(m, 2**shift) / Fraction(ratio) - 1) <= Fraction(1, 2**31)


@given(st.integers(-(2**31), 2**31 - 1), st.floats(1e-10, 2.0), st.integers(-128, 127))
def test_requantization_is_exact_rounding_of_the_multipliers_product(total, ratio, zero_point) -> None:
    m, shift = multiplier_and_shift(ratio)
    exact = Fraction(total * m, 2**shift)
    expected = min(max(int((exact + Fraction(1, 2)) // 1) + zero_point, -128), 127)
    sums = torch.tensor([[total]], dtype=torch.int32)
    found = requantize(sums, torch.tensor([ratio], dtype=torch.float64), Grid(1.0, zero_point, INT8))
    assert found.item() == expected


def test_pairs_saturate_where_both_are_large_and_nowhere_else() -> None:
    q = random_integers((1000, 64), UINT8, 0)
    for bits, wrong in ((8, True), (7, False)):
        weight = random_integers((64,), IntegerFormat(bits, narrow=True), 1)
        exact = (q.int() * weight.int()).sum(-1, dtype=torch.int32)
        found = saturating_dot(q, weight)
        assert (found != exact).any().item() == wrong
    small = q // 4
    weight = random_integers((64,), IntegerFormat(8, narrow=True), 1)
    assert torch.equal(saturating_dot(small, weight), (small.int() * weight.int()).sum(-1, dtype=torch.int32))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Grid(0.0, 3), "scale=0.0"),
        (lambda: Grid(0.1, 256), "zero_point=256 must be a whole number from 0 to 255: a value of uint8"),
        (lambda: Grid(0.1, -3), "zero_point=-3"),
        (lambda: multiplier_and_shift(0.0), "ratio=0.0"),
        (lambda: multiplier_and_shift(2.0**31), "ratio=2147483648.0 is too large"),
        (lambda: saturating_dot(torch.zeros(3, dtype=torch.uint8), torch.zeros(3, dtype=torch.int8)), "in pairs"),
        (lambda: saturating_dot(torch.zeros(2), torch.zeros(2)), "q is torch.float32"),
        (
            lambda: integer_linear(torch.zeros(1, 2), Grid(1.0, 0), torch.zeros(1, 2), torch.ones(1), Grid(1.0, 0)),
            "q is torch.float32",
        ),
        (
            lambda: integer_linear(
                torch.zeros(1, 66312, dtype=torch.uint8), Grid(1.0, 0), torch.zeros(1, 66312, dtype=torch.int8),
                torch.ones(1), Grid(1.0, 0),
            ),
            "66312 products",
        ),
    ],
    ids=range(9),
)  # fmt: skip
def test_what_integers_cannot_hold_is_refused(call, message) -> None:
    with pytest.raises(InputError, match=message):
        call()
