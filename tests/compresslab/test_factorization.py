"""Low-rank factors against numpy's singular values and against the layers they replace."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from compresslab.cost import mac_count, parameter_count
from compresslab.errors import InputError
from compresslab.factorization import break_even_rank, factorize, factorize_layer, low_rank, rank_for_budget
from compresslab.models import small_cnn

SIZES = st.integers(1, 12)


@settings(deadline=None, max_examples=50)
@given(SIZES, SIZES, st.data())
def test_the_error_is_the_singular_values_left_out(outputs: int, inputs: int, data: st.DataObject) -> None:
    rank = data.draw(st.integers(1, min(outputs, inputs)))
    matrix = torch.from_numpy(np.random.default_rng(rank).normal(size=(outputs, inputs)))
    left, right = low_rank(matrix, rank)
    assert left.shape == (outputs, rank) and right.shape == (rank, inputs)
    values = np.linalg.svd(matrix.numpy(), compute_uv=False)
    expected = np.sqrt((values[rank:] ** 2).sum())
    assert torch.linalg.norm(matrix - left @ right).item() == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 60))
def test_break_even_and_budget_against_counting(outputs: int, inputs: int) -> None:
    saving = [r for r in range(1, outputs * inputs + 1) if r * (outputs + inputs) < outputs * inputs]
    assert break_even_rank(outputs, inputs) == max(saving, default=0)
    for budget in (4 * (outputs + inputs), 4 * (outputs + inputs) * 3 + 1, 10**6):
        fitting = [r for r in range(1, min(outputs, inputs) + 1) if r * (outputs + inputs) * 4 <= budget]
        assert rank_for_budget(outputs, inputs, budget_bytes=budget) == max(fitting)


@pytest.mark.parametrize("bias", [True, False])
def test_at_full_rank_a_layer_computes_the_same(bias: bool) -> None:
    torch.manual_seed(0)
    linear = nn.Linear(7, 5, bias=bias).double()
    x = torch.randn(3, 7, dtype=torch.float64)
    torch.testing.assert_close(factorize_layer(linear, 5)(x), linear(x))
    convolution = nn.Conv2d(3, 6, 3, stride=2, padding=1, dilation=1, bias=bias, padding_mode="reflect").double()
    x = torch.randn(2, 3, 9, 9, dtype=torch.float64)
    torch.testing.assert_close(factorize_layer(convolution, 6)(x), convolution(x))


def test_a_models_parameters_and_macs_fall_as_counted() -> None:
    model = small_cnn(channels=1, width=16).eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    factored = factorize(model, {"6": 10, "11": 2})
    assert parameter_count(model) - parameter_count(factored) == (64 * 288 - 10 * (64 + 288)) + (640 - 2 * 74)
    saved = 2 * 2 * (64 * 288 - 10 * (64 + 288)) + (640 - 2 * 74)
    assert mac_count(model, (1, 1, 8, 8)) - mac_count(factored, (1, 1, 8, 8)) == saved
    assert factored(torch.randn(2, 1, 8, 8)).shape == (2, 10) and not factored[6].training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_bad_input_is_named() -> None:
    with pytest.raises(InputError, match="rank=6 must be a whole number from 1 to 5"):
        low_rank(torch.randn(5, 7), 6)
    for rank in (0, 1.5):
        with pytest.raises(InputError, match=f"rank={rank} must be a whole number"):
            low_rank(torch.randn(5, 7), rank)
    with pytest.raises(InputError, match=r"budget_bytes=47 is too little: .* takes 48 bytes"):
        rank_for_budget(5, 7, budget_bytes=47)
    with pytest.raises(InputError, match="groups=2"):
        factorize_layer(nn.Conv2d(4, 4, 3, groups=2), 2)
    for name in ("1", "absent", ""):
        with pytest.raises(InputError, match="is no linear layer or convolution inside"):
            factorize(small_cnn(), {name: 1})


@pytest.mark.parametrize("layer", [nn.Linear(6, 5), nn.Conv2d(3, 5, 3)], ids=["linear", "convolution"])
def test_frozen_layers_stay_frozen(layer: nn.Linear | nn.Conv2d) -> None:
    layer.weight.requires_grad_(False)
    first, second = factorize(nn.Sequential(layer), {"0": 2})[0]
    assert not first.weight.requires_grad and not second.weight.requires_grad and second.bias.requires_grad
    layer.weight.requires_grad_(True), layer.bias.requires_grad_(False)
    first, second = factorize(nn.Sequential(layer), {"0": 2})[0]
    assert first.weight.requires_grad and second.weight.requires_grad and not second.bias.requires_grad


def test_factorization_leaves_the_random_state() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(8, 4))
    state = torch.get_rng_state()
    factorize(model, {"0": 2, "2": 2})
    assert torch.equal(torch.get_rng_state(), state)


def test_a_layer_registered_twice_stays_one_layer() -> None:
    torch.manual_seed(0)
    shared = nn.Linear(6, 6)
    model = nn.Sequential(shared, nn.Tanh(), shared).double()
    x = torch.randn(3, 6, dtype=torch.float64)
    for ranks in ({"0": 2}, {"2": 2}, {"0": 2, "2": 2}):
        factored = factorize(model, ranks)
        assert factored[0] is factored[2]
        pair = factorize_layer(shared, 2)
        torch.testing.assert_close(factored(x), pair(torch.tanh(pair(x))))
    with pytest.raises(InputError, match="'0' and '2' are one layer, but have the ranks 2 and 3"):
        factorize(model, {"0": 2, "2": 3})


def test_a_weight_shared_by_two_layers_is_refused() -> None:
    model = nn.Sequential(nn.Embedding(6, 4), nn.Linear(4, 6))
    model[1].weight = model[0].weight
    with pytest.raises(InputError, match="'1' shares its weight with '0'"):
        factorize(model, {"1": 2})
