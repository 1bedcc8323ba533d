"""Rounds, rewinding and the random ticket: what is masked, what goes back, and what a trainer may not do."""

import copy

import pytest
import torch
import torchvision
from torch import nn

from compresslab.cost import prunable_weights, sparsity
from compresslab.data import load
from compresslab.errors import InputError
from compresslab.models import mlp, resnet18, small_cnn, tiny_vit
from compresslab.pruning import (
    apply_masks,
    attach_masks,
    global_magnitude_masks,
    iterative_sparsities,
    keep_masked,
    magnitude_scores,
    masks_of_zeros,
    prune_iteratively,
    random_scores,
    random_ticket,
    rewind,
)
from compresslab.training import Recipe, fit


class Trainer:
    """Adds noise instead of training, and remembers what it was given."""

    def __init__(self) -> None:
        self.models: list[nn.Module] = []
        self.masks: list[dict[str, torch.Tensor]] = []
        self.rounds: list[int] = []
        self.random = torch.Generator().manual_seed(0)

    def __call__(self, model: nn.Module, masks, number: int) -> nn.Module:
        self.models.append(copy.deepcopy(model))
        self.masks.append(dict(masks))
        self.rounds.append(number)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += torch.randn(parameter.shape, generator=self.random)
        for buffer in model.buffers():
            buffer.add_(1)
        keep_masked(masks)(model)
        return model


def zeros(masks) -> int:
    return sum(int((~mask).sum()) for mask in masks.values())


@pytest.mark.parametrize(
    "score",
    [magnitude_scores, lambda model: random_scores(model, seed=zeros(masks_of_zeros(model)))],
    ids=["magnitude", "random"],
)
def test_masks_grow_to_the_exact_totals_of_the_schedule(score) -> None:
    model, trainer = small_cnn(width=4), Trainer()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    final = prune_iteratively(model, trainer, sparsity=0.9, rounds=4, score=score)
    n = sparsity(model).weight_count
    assert trainer.rounds == [1, 2, 3, 4]
    assert [zeros(masks) for masks in trainer.masks] == [round(s * n) for s in iterative_sparsities(0.9, 4)]
    for earlier, later in zip(trainer.masks, trainer.masks[1:], strict=False):
        assert not any((later[name] & ~earlier[name]).any() for name in later), "a masked weight came back"
    assert zeros(masks_of_zeros(final)) == round(0.9 * n)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items()), "input was modified"


def test_a_rounds_masks_come_from_the_trained_weights() -> None:
    model, trainer = mlp(inputs=8, hidden=(8,)), Trainer()
    seen = []
    prune_iteratively(
        model,
        trainer,
        sparsity=0.8,
        rounds=3,
        score=lambda model: seen.append(copy.deepcopy(model)) or magnitude_scores(model),
    )
    for scored, masks, sparsity_now in zip(seen, trainer.masks, iterative_sparsities(0.8, 3), strict=True):
        expected = global_magnitude_masks(scored, sparsity=sparsity_now)
        assert all(torch.equal(masks[name], mask) for name, mask in expected.items())


def test_without_rewinding_training_goes_on_from_the_trained_weights() -> None:
    model, trainer = small_cnn(width=4), Trainer()
    final = prune_iteratively(model, trainer, sparsity=0.5, rounds=2)
    again = Trainer()
    first = again(apply_masks(model, trainer.masks[0]), trainer.masks[0], 1)
    expected = apply_masks(first, trainer.masks[1])
    assert all(torch.equal(t, expected.state_dict()[name]) for name, t in trainer.models[1].state_dict().items())
    assert final is not model


def test_rewinding_puts_back_all_but_the_masked_weights() -> None:
    initial = small_cnn(width=4)
    state = copy.deepcopy(initial.state_dict())
    trained = Trainer()(copy.deepcopy(initial), {}, 0)
    trainer = Trainer()
    prune_iteratively(trained, trainer, sparsity=0.75, rounds=3, rewind_to=state)
    for model, masks in zip(trainer.models, trainer.masks, strict=True):
        for name, tensor in model.state_dict().items():
            expected = state[name].masked_fill(~masks[name], 0) if name in masks else state[name]
            assert torch.equal(tensor, expected), name
    first = global_magnitude_masks(trained, sparsity=iterative_sparsities(0.75, 3)[0])
    assert all(torch.equal(trainer.masks[0][name], mask) for name, mask in first.items())


def test_scope_and_protection_reach_the_masks() -> None:
    model, trainer = mlp(inputs=8, hidden=(8, 4)), Trainer()
    prune_iteratively(model, trainer, sparsity=0.5, rounds=2, scope="layer", protect=["5.weight"])
    for name, mask in trainer.masks[-1].items():
        assert int((~mask).sum()) == (0 if name == "5.weight" else mask.numel() // 2)


def test_with_fit_the_zeros_stay() -> None:
    data = load("digits").subset(train=200, validation=50)
    recipe = Recipe(epochs=1, batch_size=32, learning_rate=0.05, precision="fp32")

    def retrain(model: nn.Module, masks, number: int) -> nn.Module:
        return fit(model, data, recipe, after_step=keep_masked(masks), progress=False).model

    final = prune_iteratively(small_cnn(width=4), retrain, sparsity=0.8, rounds=2)
    assert sparsity(final).zero_weights == round(0.8 * sparsity(final).weight_count)

    def forgetful(model: nn.Module, masks, number: int) -> nn.Module:
        return fit(model, data, recipe, progress=False).model

    with pytest.raises(InputError, match=r"round 1: \d+ masked weights of '0\.weight' are no longer zero.*keep_masked"):
        prune_iteratively(small_cnn(width=4), forgetful, sparsity=0.8, rounds=2)
    with pytest.raises(InputError, match="round 1: retrain gave back a Fitted"):
        prune_iteratively(
            small_cnn(width=4), lambda model, *_: fit(model, data, recipe, progress=False), sparsity=0.8, rounds=1
        )


def test_what_a_trainer_may_not_give_back() -> None:
    model = mlp(inputs=4, hidden=(4,))

    def loses_zeros_in_the_second_round(model: nn.Module, masks, number: int) -> nn.Module:
        if number == 2:
            with torch.no_grad():
                model[1].weight[~masks["1.weight"]] = 1e-30
        return model

    with pytest.raises(InputError, match=r"round 2: \d+ masked weights of '1\.weight'"):
        prune_iteratively(model, loses_zeros_in_the_second_round, sparsity=0.9, rounds=3)

    def puts_nan(model: nn.Module, masks, number: int) -> nn.Module:
        with torch.no_grad():
            model[1].weight[~masks["1.weight"]] = float("nan")
        return model

    with pytest.raises(InputError, match="no longer zero"):
        prune_iteratively(model, puts_nan, sparsity=0.9, rounds=1)
    with pytest.raises(InputError, match=r"no parameter '1\.weight'"):
        prune_iteratively(model, lambda model, masks, number: attach_masks(model, masks), sparsity=0.5, rounds=1)
    with pytest.raises(InputError, match="rounds=0"):
        prune_iteratively(model, Trainer(), sparsity=0.5, rounds=0)


def test_rewind_refuses_another_architecture() -> None:
    model = mlp(inputs=4, hidden=(4,))
    with pytest.raises(InputError, match="does not fit this Sequential"):
        rewind(model, mlp(inputs=4, hidden=(5,)).state_dict(), {})
    with pytest.raises(InputError, match="'absent' names no parameter"):
        rewind(model, model.state_dict(), {"absent": torch.ones(1, dtype=torch.bool)})


@pytest.mark.parametrize(
    "make",
    [lambda: resnet18(width=8), lambda: tiny_vit(dim=16, heads=2, depth=2), small_cnn],
    ids=["resnet18", "vit", "cnn"],
)
def test_a_random_ticket_is_a_fresh_network_under_the_same_masks(make) -> None:
    model = make()
    masks = {name: torch.rand(weight.shape) < 0.7 for name, weight in prunable_weights(model)}
    state = torch.random.get_rng_state()
    ticket, same, other = (random_ticket(make, masks, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), state)
    fresh = make().state_dict()
    for name, tensor in ticket.state_dict().items():
        assert torch.equal(tensor, same.state_dict()[name])
        if name in masks:
            assert torch.equal(tensor != 0, masks[name])
            assert not torch.equal(tensor, other.state_dict()[name])
        if tensor.is_floating_point() and tensor.numel() > 500:  # drawn by the rule that the network itself follows
            drawn = tensor[masks[name]] if name in masks else tensor
            assert float(drawn.std()) == pytest.approx(float(fresh[name].std()), rel=0.15), name


def test_a_random_ticket_of_torchvisions_resnet_has_its_initial_spread() -> None:
    ticket = random_ticket(torchvision.models.resnet18, {}, seed=0)
    for name, weight in ticket.named_parameters():
        if weight.ndim == 4:  # He et al.: a normal distribution of variance 2 / (outputs * kernel area)
            outputs, _, height, width = weight.shape
            assert float(weight.detach().std()) == pytest.approx((2 / (outputs * height * width)) ** 0.5, rel=0.05), (
                name
            )


def test_shuffled_masks_keep_only_the_sparsity_of_each_layer() -> None:
    model = small_cnn()
    masks = global_magnitude_masks(model, sparsity=0.8)
    before = {name: mask.clone() for name, mask in masks.items()}
    shuffled = masks_of_zeros(random_ticket(small_cnn, masks, seed=0, shuffle=True))
    for name, mask in masks.items():
        assert int(mask.sum()) == int(shuffled[name].sum())
        assert not torch.equal(mask, shuffled[name])
        assert torch.equal(mask, before[name]), "the masks were modified"
    again = masks_of_zeros(random_ticket(small_cnn, masks, seed=0, shuffle=True))
    assert all(torch.equal(again[name], shuffled[name]) for name in again)


def test_a_builder_that_builds_nothing_new_is_refused() -> None:
    model = nn.Linear(2, 2)
    with pytest.raises(InputError, match="build=Linear is no builder: give a function"):
        random_ticket(model, {}, seed=0)
    with pytest.raises(InputError, match="build returned the same weights for two seeds"):
        random_ticket(lambda: model, {}, seed=0)
    with pytest.raises(InputError, match="build returned the same weights for two seeds"):
        random_ticket(lambda: copy.deepcopy(model), {}, seed=0)

    def trained() -> nn.Module:
        made = nn.Linear(2, 2)
        made.load_state_dict(model.state_dict())
        return made

    with pytest.raises(InputError, match="build returned the same weights for two seeds"):
        random_ticket(trained, {}, seed=0)
    with pytest.raises(InputError, match="seed=-1"):
        random_ticket(lambda: nn.Linear(2, 2), {}, seed=-1)
    with pytest.raises(InputError, match="build returned a Tensor"):
        random_ticket(lambda: torch.zeros(2), {}, seed=0)
    with pytest.raises(InputError, match="'absent' names no parameter"):
        random_ticket(lambda: nn.Linear(2, 2), {"absent": torch.ones(1, dtype=torch.bool)}, seed=0)
