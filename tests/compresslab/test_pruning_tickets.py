"""Controls of a winning ticket: its scale without its values, its values without their places."""

import pytest
import torch
from torch import nn

from compresslab.errors import InputError
from compresslab.models import mlp
from compresslab.pruning import rescale_for_density, shuffle_kept


def masks_of(model: nn.Module, share: float, seed: int = 99) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.rand(weight.shape, generator=generator) < share
        for name, weight in model.named_parameters()
        if weight.ndim > 1
    }


def test_rescaled_layers_give_sums_of_the_dense_variance() -> None:
    torch.manual_seed(0)
    layer = nn.Linear(4000, 500, bias=False)
    masks = masks_of(layer, 0.05)
    inputs = torch.randn(64, 4000)
    dense, masked = layer(inputs).var(), (inputs @ (layer.weight * masks["weight"]).T).var()
    rescaled = rescale_for_density(layer, masks)(inputs).var()
    assert float((masked / dense).detach()) == pytest.approx(0.05, rel=0.1)
    assert float((rescaled / dense).detach()) == pytest.approx(1, rel=0.1)


def test_each_layer_is_rescaled_for_its_own_density_and_biases_stay() -> None:
    model = mlp(inputs=10, hidden=(8,), classes=4)
    names = [name for name, weight in model.named_parameters() if weight.ndim > 1]
    masks = {name: torch.ones_like(model.get_parameter(name), dtype=torch.bool) for name in names}
    masks[names[0]].view(-1)[20:] = False  # a quarter of 80 is left
    scaled = dict(rescale_for_density(model, masks).named_parameters())
    for name, before in model.named_parameters():
        expected = 2 * before * masks[name] if name == names[0] else before
        assert torch.equal(scaled[name], expected)


def test_an_emptied_layer_stays_empty() -> None:
    masks = {"weight": torch.zeros(3, 2, dtype=torch.bool)}
    assert torch.equal(rescale_for_density(nn.Linear(2, 3), masks).weight, torch.zeros(3, 2))


def test_shuffled_weights_are_the_same_values_in_other_places_of_the_same_masks() -> None:
    model = mlp(inputs=64, hidden=(32,), classes=10)
    masks = masks_of(model, 0.3)
    shuffled = shuffle_kept(model, masks, seed=1)
    for (name, before), after in zip(model.named_parameters(), shuffled.parameters(), strict=True):
        if name not in masks:
            assert torch.equal(before, after)
            continue
        assert torch.equal(after != 0, masks[name])
        assert torch.equal(before[masks[name]].sort().values, after[masks[name]].sort().values)
        assert (before[masks[name]] != after[masks[name]]).float().mean() > 0.9


def test_the_shuffle_follows_its_seed_and_leaves_the_model_and_the_global_random_state() -> None:
    model = mlp(inputs=64, hidden=(32,), classes=10)
    masks, before = masks_of(model, 0.3), {name: p.clone() for name, p in model.state_dict().items()}
    state = torch.get_rng_state()
    one, same, other = (shuffle_kept(model, masks, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), same.parameters(), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_a_convolution_in_another_memory_format_is_shuffled_within_its_mask() -> None:
    layer = nn.Conv2d(8, 8, 3).to(memory_format=torch.channels_last)
    masks = masks_of(layer, 0.3)
    assert torch.equal(shuffle_kept(layer, masks, seed=0).weight != 0, masks["weight"])


@pytest.mark.parametrize("control", [rescale_for_density, lambda m, masks: shuffle_kept(m, masks, seed=0)])
def test_masks_of_another_network_are_refused(control) -> None:
    with pytest.raises(InputError, match="names no parameter"):
        control(nn.Linear(2, 3), {"fc.weight": torch.ones(3, 2, dtype=torch.bool)})
