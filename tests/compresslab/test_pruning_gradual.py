"""Gradual pruning follows its schedule, survives interruption at any step, and recognises another run's state."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from torch import nn

from compresslab.cost import sparsity
from compresslab.data import Dataset, load
from compresslab.errors import InputError
from compresslab.models import small_cnn
from compresslab.pruning import (
    advance,
    attach_masks,
    attached_masks,
    cubic_sparsity,
    gradual_magnitude,
    make_permanent,
    movement_pruning,
    soft_penalty,
)
from compresslab.training import Recipe, cross_entropy, fit
from compresslab.training.state import State

CLIMB = {"start": 3, "steps": 20, "final": 0.9}


def network() -> nn.Module:
    torch.manual_seed(0)
    return small_cnn(width=4)


def masked(model: nn.Module) -> int:
    return sum(int((~mask).sum()) for mask in attached_masks(model).values())


def wander(model: nn.Module, seed: int) -> None:
    """Move all weights, as training would."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn(parameter.shape, generator=random)


@pytest.mark.parametrize("initial", [0.0, 0.25])
@pytest.mark.parametrize("every", [1, 7])
def test_the_sparsity_is_the_schedules_at_every_step(every: int, initial: float) -> None:
    model = gradual_magnitude(network(), every=every, initial=initial, **CLIMB)
    n = sparsity(model).weight_count
    expected, before = round(initial * n), attached_masks(model)
    assert masked(model) == expected
    for step in range(1, 40):
        wander(model, step)
        advance(model)
        if (step >= 3 and (step - 3) % every == 0) or step == 23:
            expected = round(n * cubic_sparsity(step, initial=initial, **CLIMB))
        assert masked(model) == expected, step
        now = attached_masks(model)
        assert not any((now[name] & ~before[name]).any() for name in now), "a masked weight came back"
        before = now
    assert sparsity(make_permanent(model)).zero_weights == round(0.9 * n)


def test_at_every_update_the_smallest_of_the_weights_that_are_left_go() -> None:
    model = gradual_magnitude(network(), start=0, steps=2, every=1, final=0.9)
    advance(model)
    wander(model, 0)
    before = attached_masks(model)
    weights = {name: model.get_submodule(name.removesuffix(".weight")).weight.detach().abs() for name in before}
    advance(model)
    after = attached_masks(model)
    left = torch.cat([weights[name][before[name]] for name in before]).sort().values
    removed = torch.cat([weights[name][before[name] & ~after[name]] for name in before]).sort().values
    torch.testing.assert_close(removed, left[: len(removed)])
    assert len(removed) > 0


def test_scope_and_protection() -> None:
    model = gradual_magnitude(network(), start=0, steps=1, every=1, final=0.5, scope="layer", protect=["0.weight"])
    advance(model)
    assert {name: float((~mask).float().mean()) for name, mask in attached_masks(model).items()} == {
        "3.weight": 0.5,
        "6.weight": 0.5,
        "11.weight": 0.5,
    }


@pytest.fixture(scope="module")
def data() -> Dataset:
    return load("digits").subset(train=256, validation=50)


class Interrupted(Exception):
    pass


@contextmanager
def interrupted_after(steps: int) -> Iterator[None]:
    count = State.count

    def counting(self, *step):
        nonlocal steps
        steps -= 1
        if steps < 0:
            raise Interrupted
        count(self, *step)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(State, "count", counting)
        yield


RUNS = {
    "gradual": lambda: gradual_magnitude(network(), start=2, steps=9, every=2, final=0.9),
    "movement": lambda: movement_pruning(network(), start=2, steps=9, every=2, final=0.9),
    "soft movement": lambda: movement_pruning(
        network(), start=2, steps=9, final=0.5, mode="soft", score_scale=30.0, protect=["11.weight"]
    ),
}


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("make", RUNS.values(), ids=RUNS)
def test_fit_resumed_at_any_step_gives_the_same_model(make, optimizer, data: Dataset, tmp_path: Path) -> None:
    recipe = Recipe(epochs=2, batch_size=32, learning_rate=0.02, optimizer=optimizer, precision="fp32", seed=1)

    def objective(model, batch):
        loss, logits = cross_entropy()(model, batch)
        return loss + (0.1 * soft_penalty(model) if make is RUNS["soft movement"] else 0), logits

    def run(after_step, **settings):
        return fit(make(), data, recipe, objective=objective, after_step=after_step, progress=False, **settings).model

    undisturbed = run(advance)
    assert masked(undisturbed) > 0
    if make is not RUNS["soft movement"]:
        assert sparsity(make_permanent(undisturbed)).weights == pytest.approx(0.9, abs=0.01)
    for steps in range(1, 17):
        file = tmp_path / f"{steps}.pt"
        if steps < 16:
            with pytest.raises(Interrupted), interrupted_after(steps):
                run(advance, checkpoint=file, checkpoint_seconds=0)
        resumed = run(advance, checkpoint=file)
        for name, tensor in undisturbed.state_dict().items():
            assert torch.equal(tensor, resumed.state_dict()[name]), (steps, name)


def test_the_checkpoint_of_another_schedule_is_refused(data: Dataset, tmp_path: Path) -> None:
    recipe, file = Recipe(epochs=1, batch_size=64, precision="fp32"), tmp_path / "file.pt"
    fit(
        gradual_magnitude(network(), every=1, **CLIMB),
        data,
        recipe,
        after_step=advance,
        checkpoint=file,
        progress=False,
    )
    other = gradual_magnitude(network(), every=1, **CLIMB | {"final": 0.8})
    with pytest.raises(InputError, match="belongs to another run"):
        fit(other, data, recipe, after_step=advance, checkpoint=file, progress=False)
    state = gradual_magnitude(network(), every=1, **CLIMB).state_dict()
    with pytest.raises(InputError, match=r"\(3\.0, 20\.0, 1\.0, 0\.0, 0\.9\).*\(3, 20, 1, 0\.0, 0\.8\)"):
        other.load_state_dict(state)


def test_copies_and_loaded_models_go_on_by_themselves() -> None:
    model = gradual_magnitude(network(), every=1, **CLIMB)
    for _ in range(10):
        advance(model)
    twin, loaded = copy.deepcopy(model), gradual_magnitude(network(), every=1, **CLIMB)
    loaded.load_state_dict(model.state_dict())
    before = masked(model)
    for other in (twin, loaded):
        advance(other)
        assert masked(other) > before
        assert masked(model) == before
    assert masked(twin) == masked(loaded)


def test_two_schedules_in_one_model_are_both_advanced() -> None:
    first = gradual_magnitude(network(), start=0, steps=1, every=1, final=0.5, scope="layer", protect=["11.weight"])
    both = nn.ModuleList([first, movement_pruning(network(), start=0, steps=1, final=0.2)])
    advance(both)
    assert float((~attached_masks(both)["0.3.weight"]).float().mean()) == 0.5
    assert float((~attached_masks(both)["1.3.weight"]).float().mean()) == pytest.approx(0.2, abs=0.01)


def test_bad_input_is_named() -> None:
    model = network()
    for plain in (model, attach_masks(model, {"0.weight": torch.ones(4, 1, 3, 3, dtype=torch.bool)})):
        with pytest.raises(InputError, match="Sequential has no schedule to advance"):
            advance(plain)
    for bad in ({"every": 0}, {"steps": 0}, {"start": -1}, {"final": 1.5}, {"initial": 2}):
        ((name, value),) = bad.items()
        with pytest.raises(InputError, match=f"{name}={value}"):
            gradual_magnitude(model, **{"every": 1} | CLIMB | bad)
    with pytest.raises(InputError, match="scope='row'"):
        gradual_magnitude(model, every=1, scope="row", **CLIMB)
    with pytest.raises(InputError, match="protect names 'head'"):
        gradual_magnitude(model, every=1, protect=["head"], **CLIMB)
    with pytest.raises(InputError, match=r"'0\.weight' already has a mask"):
        gradual_magnitude(gradual_magnitude(model, every=1, **CLIMB), every=1, **CLIMB)
