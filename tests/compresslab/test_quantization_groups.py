import itertools

import numpy as np
import pytest
import torch
from onnxruntime.capi._pybind_state import quantize_matmul_4bits, quantize_matmul_8bits
from torch import nn

from compresslab.errors import InputError
from compresslab.models.language import language_model
from compresslab.quantization.groups import (
    GroupLinear,
    bits_per_weight,
    packed_bytes,
    quantize_groups,
    replace_layer,
    round_to_nearest,
)


@pytest.mark.parametrize(("bits", "group_size"), [(b, g) for b in (2, 3, 4, 8) for g in (1, 16, 32, 64)])
@pytest.mark.parametrize("symmetric", [True, False])
def test_every_weight_gets_the_nearest_value_of_its_group(bits: int, group_size: int, symmetric: bool) -> None:
    torch.manual_seed(bits + group_size)
    weight = torch.randn(5, 64, dtype=torch.float64) * torch.rand(5, 1, dtype=torch.float64) + 0.1
    integers = round_to_nearest(weight, bits=bits, group_size=group_size, symmetric=symmetric)
    assert integers.q.shape == weight.shape and integers.scale.shape == (5, 64 // group_size)
    lowest, highest = (1 - 2 ** (bits - 1), 2 ** (bits - 1) - 1) if symmetric else (0, 2**bits - 1)
    values = torch.arange(lowest, highest + 1)
    for row, column in itertools.product(range(5), range(64)):
        group = column // group_size
        scale = float(integers.scale[row, group].double())
        table = scale * (values - int(integers.zero_point[row, group])).double()
        ours = table[int(integers.q[row, column]) - lowest]
        nearest = (table - weight[row, column]).abs().min()
        assert float((ours - weight[row, column]).abs()) <= float(nearest) + 1e-6 * scale
        assert integers.dequantize()[row, column] == pytest.approx(float(ours), rel=1e-6)
    # and the ends of each range are reached, up to half a step that zero costs
    blocks = weight.reshape(5, -1, group_size)
    steps = highest - lowest
    span = 2 * blocks.abs().amax(2) if symmetric else blocks.amax(2).clamp_min(0) - blocks.amin(2).clamp_max(0)
    torch.testing.assert_close(integers.scale.double(), span / steps, rtol=1e-6, atol=0)


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("block", [16, 32, 128])
def test_it_equals_onnx_runtime_s_quantizer_of_blocks(bits: int, block: int) -> None:
    rng = np.random.default_rng(block)
    weight = rng.normal(size=(24, 128)).astype(np.float32)
    groups = 128 // block
    packed = np.zeros((24, groups, block * bits // 8), dtype=np.uint8)
    scales = np.zeros((24, groups), dtype=np.float32)
    zeros = np.zeros((24, -(-groups * bits // 8)), dtype=np.uint8)
    quantizer = {4: quantize_matmul_4bits, 8: quantize_matmul_8bits}[bits]
    quantizer(packed, np.ascontiguousarray(weight.T), scales, zeros, block, 24, 128, False)

    def unpacked(array: np.ndarray, count: int) -> np.ndarray:
        if bits == 4:
            array = np.stack([array & 15, array >> 4], axis=-1)
        return array.reshape(24, -1)[:, :count]

    ours = round_to_nearest(torch.from_numpy(weight), bits=bits, group_size=block)
    np.testing.assert_allclose(ours.scale.numpy(), scales, rtol=1e-6)
    np.testing.assert_array_equal(ours.zero_point.numpy(), unpacked(zeros, groups))
    off = np.abs(ours.q.numpy().astype(int) - unpacked(packed, 128).astype(int))
    # Theirs multiplies by the inverse of the scale: a value on the border of two steps may fall on the other side.
    assert off.max() <= 1 and (off > 0).mean() < 0.002


def test_a_group_of_zeros_or_of_one_value_is_kept() -> None:
    weight = torch.cat([torch.zeros(1, 8), torch.full((1, 8), 0.3), torch.full((1, 8), -2.0)], dim=1)
    for symmetric in (True, False):
        back = round_to_nearest(weight, bits=2, group_size=8, symmetric=symmetric).dequantize()
        torch.testing.assert_close(back, weight)


def test_smaller_groups_and_more_bits_lose_less() -> None:
    torch.manual_seed(0)
    weight = torch.randn(64, 256)

    def loss(**settings: int) -> float:
        return float((round_to_nearest(weight, **settings).dequantize() - weight).square().mean())

    by_group = [loss(bits=4, group_size=size) for size in (256, 128, 64, 32)]
    by_bits = [loss(bits=bits, group_size=64) for bits in range(2, 9)]
    assert by_group == sorted(by_group, reverse=True) and by_bits == sorted(by_bits, reverse=True)
    assert by_bits[0] / by_bits[1] > 3  # each bit halves the step, and quarters the squared error


def test_a_model_computes_with_the_values_that_its_integers_stand_for() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 4, bias=False)).train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    quantized = quantize_groups(model, bits=3, group_size=8)
    x = torch.randn(7, 32)
    hidden = x @ round_to_nearest(model[0].weight.detach(), bits=3, group_size=8).dequantize().T + model[0].bias
    last = round_to_nearest(model[2].weight.detach(), bits=3, group_size=8)
    torch.testing.assert_close(quantized(x), hidden.relu() @ last.dequantize().T)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert all(type(model[n]) is nn.Linear and type(quantized[n]) is GroupLinear for n in (0, 2))
    assert all(module.training for module in quantized.modules())
    assert not any("q" in name for name, _ in quantized.named_parameters())  # integers are not trained


def test_a_saved_state_gives_the_same_model_again() -> None:
    torch.manual_seed(0)
    first, second = (quantize_groups(nn.Sequential(nn.Linear(32, 8)), bits=4) for _ in range(2))
    x = torch.randn(3, 32)
    assert not torch.equal(first(x), second(x))
    second.load_state_dict(first.state_dict())
    assert torch.equal(first(x), second(x))


def test_bytes_are_those_of_packed_integers_with_their_scales() -> None:
    model = nn.Sequential(nn.Embedding(10, 64), nn.Linear(64, 8, bias=True))
    quantized = quantize_groups(model, bits=4, group_size=32)
    integers, groups = 64 * 8 // 2, 8 * 2
    assert packed_bytes(quantized) == 10 * 64 * 4 + integers + groups * 2 + groups // 2 + 8 * 4
    symmetric = quantize_groups(model, bits=3, group_size=64, symmetric=True)
    assert packed_bytes(symmetric, scale_bits=32) == 10 * 64 * 4 + 64 * 8 * 3 // 8 + 8 * 4 + 8 * 4
    assert packed_bytes(model) == sum(4 * p.numel() for p in model.parameters())
    assert bits_per_weight(4, 64) == 4 + (16 + 4) / 64


def test_a_shared_layer_stays_shared_and_a_bare_one_is_replaced() -> None:
    shared = nn.Linear(8, 8)
    quantized = quantize_groups(nn.Sequential(shared, nn.ReLU(), shared), bits=4, group_size=8)
    assert quantized[0] is quantized[2] and type(quantized[0]) is GroupLinear
    assert type(quantize_groups(nn.Linear(8, 8), bits=4, group_size=8)) is GroupLinear
    assert type(replace_layer(nn.Linear(8, 8), "", nn.Identity())) is nn.Identity


def test_skipped_layers_stay() -> None:
    model = language_model(vocabulary=64, dim=32, depth=1, heads=2, hidden=32)
    quantized = quantize_groups(model, bits=4, skip={"head"})
    assert torch.equal(quantized.head.weight, model.head.weight)
    assert sum(isinstance(module, GroupLinear) for module in quantized.modules()) == 7


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        (nn.Sequential(nn.Linear(30, 4)), {}, r"0\.weight of shape \(4, 30\) has 30 inputs, which groups of 32"),
        (nn.Sequential(nn.ReLU()), {}, "no linear layer"),
        (nn.Sequential(nn.Linear(32, 4)), {"skip": {"0"}}, "no linear layer"),
        (nn.Sequential(nn.Linear(32, 4)), {"skip": {"fc"}}, "skip names 'fc'"),
        (nn.Sequential(nn.Linear(32, 4)), {"bits": 1}, "bits=1"),
        (nn.Sequential(nn.Linear(32, 4)), {"bits": 9}, "bits=9"),
        (nn.Sequential(nn.Linear(32, 4)), {"group_size": 0}, "size=0"),
    ],
)
def test_bad_input_is_named(model: nn.Module, settings: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        quantize_groups(model, **({"bits": 4} | settings))


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_a_weight_that_is_not_finite_is_named(value: float) -> None:
    model = nn.Sequential(nn.Linear(32, 4), nn.Linear(4, 4))
    model[1].weight.data[2, 3] = value
    with pytest.raises(InputError, match=r"1\.weight .* NaN or infinity"):
        quantize_groups(model, bits=4, group_size=4)


def test_no_matrix_is_refused() -> None:
    with pytest.raises(InputError, match="no matrix"):
        round_to_nearest(torch.zeros(3), bits=4)
    with pytest.raises(InputError, match="empty"):
        round_to_nearest(torch.zeros(0, 4), bits=4)


def test_attached_masks_are_refused() -> None:
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(32, 4))
    with pytest.raises(InputError, match="computed from other tensors"):
        quantize_groups(nn.Sequential(layer), bits=4)
