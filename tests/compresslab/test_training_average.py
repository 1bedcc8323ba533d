"""Averaged weights: as the formula says, with the right statistics, through interruptions and on shares."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from compresslab.cost import prunable_weights
from compresslab.data import Batches, Dataset, load
from compresslab.errors import InputError
from compresslab.identity import fingerprint
from compresslab.joint import finish
from compresslab.models import small_cnn
from compresslab.pruning import advance, gradual_magnitude
from compresslab.training import Recipe, evaluate, fit, fit_in_parallel
from compresslab.training.average import follow
from compresslab.training.checkpoint import run_identity
from compresslab.training.fit import training_batches
from compresslab.training.state import State

RECIPE = Recipe(epochs=2, batch_size=64, learning_rate=0.05, precision="fp32", augment=("crop",), seed=3)
AVERAGED = replace(RECIPE, average=0.9)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load("digits")


def network() -> nn.Module:
    torch.manual_seed(0)
    return small_cnn(width=4)


def same(one: nn.Module, other: nn.Module) -> bool:
    return all(torch.equal(tensor, other.state_dict()[name]) for name, tensor in one.state_dict().items())


def test_the_average_is_that_of_every_step_and_training_goes_on_as_without(digits: Dataset) -> None:
    passed: list[dict[str, torch.Tensor]] = []

    def look(model: nn.Module) -> None:
        passed.append({name: tensor.double().clone() for name, tensor in model.state_dict().items()})

    fitted = fit(network(), digits, AVERAGED, after_step=look, progress=False)
    assert fitted.last is not None and same(fitted.last, fit(network(), digits, RECIPE, progress=False).model)
    expected = {name: tensor.double() for name, tensor in network().state_dict().items()}
    for step, state in enumerate(passed):
        decay = min(0.9, (1 + step) / (10 + step))
        expected = {name: decay * mean + (1 - decay) * state[name] for name, mean in expected.items()}
    for name, tensor in fitted.model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            assert tensor == len(passed) == 2 * len(training_batches(digits, RECIPE))
        else:
            torch.testing.assert_close(tensor.double(), expected[name], rtol=1e-4, atol=1e-6, msg=name)
    assert all(parameter.requires_grad for parameter in fitted.model.parameters())  # it may be trained on
    assert not fitted.model.training and not fitted.last.training


def test_validated_is_the_average(digits: Dataset) -> None:
    fitted = fit(network(), digits, AVERAGED, progress=False)
    measured = evaluate(fitted.model, Batches(digits, digits.validation, 256))
    assert fitted.history[-1].validation_accuracy == measured.accuracy
    assert fitted.history[-1].validation_loss == pytest.approx(measured.loss, rel=1e-4)


@pytest.mark.parametrize("steps", [7, 17, 25])
def test_interrupted_and_resumed_gives_the_same_average(steps: int, digits: Dataset, tmp_path: Path) -> None:
    undisturbed, file = fit(network(), digits, AVERAGED, progress=False), tmp_path / "checkpoint.pt"
    left, count = iter(range(steps)), State.count

    def interrupted(self: State, *step: Any) -> None:
        next(left)  # StopIteration, as of a killed run
        count(self, *step)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(State, "count", interrupted)
        with pytest.raises(StopIteration):
            fit(network(), digits, AVERAGED, checkpoint=file, checkpoint_seconds=0, progress=False)
    resumed = fit(network(), digits, AVERAGED, checkpoint=file, progress=False)
    assert undisturbed.last is not None and resumed.last is not None
    assert same(undisturbed.model, resumed.model) and same(undisturbed.last, resumed.last)
    with pytest.raises(InputError, match=r"recipe.average is '0.9' there and None here"):
        fit(network(), digits, RECIPE, checkpoint=file, progress=False)


def test_one_share_gives_the_average_of_fit_and_patience_its_best(digits: Dataset) -> None:
    ours = fit_in_parallel(network(), digits, AVERAGED, shares=1)
    assert same(ours.model, fit(network(), digits, AVERAGED, progress=False).model)
    eager = replace(AVERAGED, epochs=4, patience=1, learning_rate=2.0, average=0.2)
    fitted = fit(network(), digits, eager, progress=False)
    best = max(line.validation_accuracy for line in fitted.history)
    assert evaluate(fitted.model, Batches(digits, digits.validation, 256)).accuracy == best


def test_a_removed_weight_is_zero_in_the_average_at_once() -> None:
    average, model = nn.Linear(2, 1), nn.Linear(2, 1)
    with torch.no_grad():
        model.weight[0, 0] = 0
    follow(average, model, decay=0.999, step=10_000)
    assert average.weight[0, 0] == 0 and average.weight[0, 1] != 0


def test_masks_counts_and_ranges_are_those_of_the_model() -> None:
    def observed(low: float, kept: bool) -> nn.Module:
        module = nn.Linear(1, 1)
        module.register_buffer("low", torch.tensor(low))
        module.register_buffer("mask", torch.tensor(kept))
        return module

    average, model = observed(float("inf"), True), observed(-1.5, False)
    follow(average, model, decay=0.5, step=100)
    assert average.low == -1.5 and not average.mask


def test_a_schedule_of_masks_stands_where_the_model_s_does(digits: Dataset) -> None:
    model = gradual_magnitude(network(), start=0, steps=20, every=1, final=0.5)
    fitted = fit(model, digits, AVERAGED, after_step=advance, progress=False)
    weights = [weight for _, weight in prunable_weights(finish(fitted.model))]
    assert sum(int((w == 0).sum()) for w in weights) == round(0.5 * sum(w.numel() for w in weights))


@pytest.mark.parametrize("settings", [{"decay": 1.0, "step": 0}, {"decay": 0.0, "step": 0}, {"decay": 0.5, "step": -1}])
def test_an_average_that_would_stand_still_is_refused(settings: dict) -> None:
    with pytest.raises(InputError):
        follow(nn.Linear(1, 1), nn.Linear(1, 1), **settings)


@pytest.mark.parametrize("decay", [0, 1, float("nan"), "half"])
def test_the_recipe_names_a_bad_average(decay) -> None:
    with pytest.raises(InputError, match="average="):
        Recipe(epochs=1, average=decay)


def test_what_was_kept_of_recipes_without_an_average_is_still_known(digits: Dataset) -> None:
    recipe = Recipe(epochs=2, augment=("crop", "flip"), views=2, seed=4)
    run = run_identity(nn.Linear(2, 1), digits, recipe, objective=None, after_step=None)
    assert [name for name in run if name.startswith("recipe.")] == [
        f"recipe.{name}"
        for name in (
            "epochs", "batch_size", "learning_rate", "warmup", "optimizer", "momentum", "weight_decay",
            "label_smoothing", "augment", "views", "precision", "channels_last", "patience", "seed",
        )
    ]  # fmt: skip
    assert fingerprint(recipe) == "9e6cf509d31b7f3d"  # as it was before recipes had averages
    assert fingerprint(replace(recipe, average=0.9)) != fingerprint(recipe)
