"""Training: resumable at any step to the same result, precise about bad input, honest about divergence."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from compresslab.data import Batch, Batches, Dataset, load
from compresslab.errors import InputError
from compresslab.models import mlp, small_cnn
from compresslab.training import (
    Evaluation,
    Recipe,
    TrainingDiverged,
    autocast,
    cross_entropy,
    evaluate,
    fit,
    one_cycle,
)
from compresslab.training.fit import training_batches
from compresslab.training.recipe import build_optimizer
from compresslab.training.state import State
from compresslab.training.step import train_step

RECIPE = Recipe(epochs=2, batch_size=64, learning_rate=0.05, precision="fp32", augment=("crop",), seed=3)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load("digits")


def network() -> nn.Module:
    torch.manual_seed(0)
    body = small_cnn(width=4)
    body.insert(len(body) - 1, nn.Dropout(0.2))  # the random state must survive an interruption too
    return body


class Interrupted(Exception):
    pass


@contextmanager
def interrupted_after(steps: int) -> Iterator[None]:
    """A run that stops like a killed one, after so many steps: its settings are those of the run that resumes."""
    count, left = State.count, steps

    def counting(self: State, loss: Tensor, correct: Tensor, samples: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Interrupted
        count(self, loss, correct, samples)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(State, "count", counting)
        yield


@pytest.mark.parametrize("steps", [1, 7, 17, 18, 25])
def test_interrupted_anywhere_and_resumed_gives_the_same_model(steps: int, digits: Dataset, tmp_path: Path) -> None:
    undisturbed = fit(network(), digits, RECIPE, progress=False)
    file = tmp_path / "checkpoint.pt"
    with pytest.raises(Interrupted), interrupted_after(steps):
        fit(network(), digits, RECIPE, checkpoint=file, checkpoint_seconds=0, progress=False)
    resumed = fit(network(), digits, RECIPE, checkpoint=file, progress=False)
    for name, tensor in undisturbed.model.state_dict().items():
        assert torch.equal(tensor, resumed.model.state_dict()[name]), name
    for ours, theirs in zip(undisturbed.history, resumed.history, strict=True):
        assert replace(ours, seconds=0) == pytest.approx(replace(theirs, seconds=0)) or (
            ours.train_loss == pytest.approx(theirs.train_loss, rel=1e-5)
            and ours.train_accuracy == theirs.train_accuracy
            and ours.validation_accuracy == theirs.validation_accuracy
        )


def test_a_complete_run_is_not_trained_again(digits: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.pt"
    first = fit(network(), digits, RECIPE, checkpoint=file, progress=False)
    with interrupted_after(0):
        again = fit(network(), digits, RECIPE, checkpoint=file, progress=False)
    assert first.history == again.history
    assert all(torch.equal(a, b) for a, b in zip(first.model.parameters(), again.model.parameters(), strict=True))


def test_killed_with_sigkill_and_resumed_gives_the_same_model(digits: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.pt"
    killed = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_training import RECIPE, State, fit, load, network, torch

steps = iter(range(20))
torch.set_num_threads({torch.get_num_threads()})
count = State.count
def counting(self, *step):
    if next(steps, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
    count(self, *step)
State.count = counting
fit(network(), load("digits"), RECIPE, checkpoint={str(file)!r}, checkpoint_seconds=0, progress=False)
"""
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["checkpoint.pt"]
    resumed = fit(network(), digits, RECIPE, checkpoint=file, progress=False)
    undisturbed = fit(network(), digits, RECIPE, progress=False)
    for name, tensor in undisturbed.model.state_dict().items():
        assert torch.equal(tensor, resumed.model.state_dict()[name]), name


def stepped(state: State, batches: Batches, objective=None, *, until: int, **settings) -> State:
    """`state` after the steps up to number `until`, with no loop but this one."""
    objective = objective or cross_entropy(state.recipe.label_smoothing)
    with torch.random.fork_rng():
        while state.number < until:
            state.model.train()
            for batch in batches.epoch(state.at.epoch, start=state.at.step):
                if state.number == until:
                    return state
                train_step(state, batch, objective, **settings)
            if state.at.step == len(batches):
                state.close_epoch(validation_loss=0.0, validation_accuracy=0.0)
    return state


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
def test_steps_taken_by_another_loop_and_moved_between_processes_give_the_model_of_fit(
    precision, digits: Dataset, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, precision=precision, label_smoothing=0.1)
    fitted = fit(network(), digits, recipe, progress=False)
    batches = training_batches(digits, recipe)
    first = stepped(State(network(), recipe, steps_per_epoch=len(batches)), batches, until=23)
    torch.save(first.state_dict(), tmp_path / "state.pt")
    then = State(network(), recipe, steps_per_epoch=len(batches))
    then.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert (then.number, then.at.seen) == (23, (23 - len(batches)) * recipe.batch_size)
    stepped(then, batches, until=then.steps)
    assert then.finished
    for name, tensor in fitted.model.state_dict().items():
        assert torch.equal(tensor, then.model.state_dict()[name]), name
    for ours, theirs in zip(then.at.history, fitted.history, strict=True):
        assert ours["train_accuracy"] == theirs.train_accuracy
        assert ours["train_loss"] == pytest.approx(theirs.train_loss, rel=1e-6)  # the sums were read at other steps
        assert ours["learning_rate"] == theirs.learning_rate


def worker(rank: int, workers: int, folder: Path) -> None:
    """A worker of another engine: it has its share of every batch, and the wrapper averages the gradients."""
    torch.set_num_threads(1)
    store = torch.distributed.FileStore(str(folder / "store"), workers)
    patience = timedelta(minutes=5)  # with a worker that died
    torch.distributed.init_process_group("gloo", store=store, rank=rank, world_size=workers, timeout=patience)
    data, recipe = load("digits"), replace(RECIPE, channels_last=False)
    batches = training_batches(data, recipe)
    torch.manual_seed(0)
    state = State(mlp(), recipe, steps_per_epoch=len(batches))  # no batch-norm: its statistics would be of the shares
    through = nn.parallel.DistributedDataParallel(state.model)
    for epoch in range(recipe.epochs):
        for batch in batches.epoch(epoch):
            mine = batch._replace(images=batch.images[rank::workers], labels=batch.labels[rank::workers])
            train_step(state, mine, cross_entropy(), through=through)
        state.close_epoch(validation_loss=0.0, validation_accuracy=0.0)
    torch.save(state.state_dict(), folder / f"{rank}.pt")
    torch.distributed.destroy_process_group()


def test_two_workers_with_half_a_batch_each_train_the_model_of_one_with_all(digits: Dataset, tmp_path: Path) -> None:
    tests = str(Path(__file__).parent)
    start = f"import sys; sys.path.insert(0, {tests!r}); from test_training import Path, worker; "
    calls = [f"worker({rank}, 2, Path({str(tmp_path)!r}))" for rank in (0, 1)]
    workers = [subprocess.Popen([sys.executable, "-c", start + call]) for call in calls]
    assert [process.wait() for process in workers] == [0, 0]
    saved = [torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in (0, 1)]
    torch.manual_seed(0)
    alone = fit(mlp(), digits, replace(RECIPE, channels_last=False), progress=False)
    for name, tensor in alone.model.state_dict().items():
        assert torch.equal(saved[0]["model"][name], saved[1]["model"][name]), name
        torch.testing.assert_close(saved[0]["model"][name], tensor, rtol=1e-4, atol=1e-5)
    lines = [state["position"]["history"][-1] for state in saved]
    assert sum(line["train_loss"] for line in lines) / 2 == pytest.approx(alone.history[-1].train_loss, rel=1e-4)


def test_a_state_refuses_a_schedule_without_steps() -> None:
    with pytest.raises(InputError, match="steps_per_epoch=0"):
        State(network(), RECIPE, steps_per_epoch=0)


def test_training_learns_and_leaves_its_input_and_the_callers_randomness_alone(digits: Dataset) -> None:
    start = network()
    before = {name: tensor.clone() for name, tensor in start.state_dict().items()}
    torch.manual_seed(99)
    expected = torch.rand(3)
    torch.manual_seed(99)
    fitted = fit(start, digits, replace(RECIPE, epochs=12, learning_rate=0.1), progress=False)
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(tensor, before[name]) for name, tensor in start.state_dict().items())
    measured = evaluate(fitted.model, Batches(digits, digits.test, 100))
    assert measured.accuracy > 0.85
    assert measured.accuracy == pytest.approx(float((measured.logits.argmax(1) == digits.test.labels).float().mean()))
    assert all(parameter.is_contiguous() for parameter in fitted.model.parameters())
    assert fitted.data == "digits" and len(fitted.history) == 12 and fitted.seconds > 0


def test_bf16_and_fp32_train_to_like_models(digits: Dataset) -> None:
    recipe = replace(RECIPE, epochs=4)
    losses = [
        fit(network(), digits, replace(recipe, precision=precision), progress=False).history[-1].validation_loss
        for precision in ("fp32", "bf16")
    ]
    assert losses[0] == pytest.approx(losses[1], rel=0.1)
    assert losses[0] != losses[1], "bf16 changed nothing: it was not used"


def test_patience_gives_the_best_epoch(digits: Dataset) -> None:
    recipe = Recipe(epochs=40, batch_size=64, learning_rate=0.5, precision="fp32", patience=2, seed=1)
    fitted = fit(network(), digits, recipe, progress=False)
    accuracies = [line.validation_accuracy for line in fitted.history]
    best = int(np.argmax(accuracies))
    assert len(accuracies) < 40 and len(accuracies) == best + 3
    measured = evaluate(fitted.model, Batches(digits, digits.validation, 64))
    assert measured.accuracy == accuracies[best]


def test_divergence_is_an_error_not_a_model(digits: Dataset, tmp_path: Path) -> None:
    with pytest.raises(TrainingDiverged, match="learning_rate below 1000000"):
        fit(mlp(), digits, replace(RECIPE, learning_rate=1e6, augment=()), progress=False)


def test_one_cycle_climbs_to_the_peak_and_ends_near_zero() -> None:
    rates = [one_cycle(step, 100, peak=2.0, warmup=0.25) for step in range(100)]
    assert max(rates) == pytest.approx(2.0) and rates.index(max(rates)) == 25
    assert all(a < b for a, b in pairwise(rates[:26])) and all(a > b for a, b in pairwise(rates[25:]))
    assert 0 < rates[0] < 0.1 and 0 < rates[-1] < 0.01
    assert one_cycle(0, 1, peak=2.0, warmup=0.0) == 2.0


def test_biases_and_normalisation_are_not_decayed() -> None:
    groups = build_optimizer(small_cnn(), RECIPE).param_groups
    assert [{p.ndim > 1 for p in group["params"]} for group in groups] == [{True}, {False}]
    assert [group["weight_decay"] for group in groups] == [RECIPE.weight_decay, 0.0]


def test_evaluate_restores_modes_takes_any_callable_and_refuses_nan(digits: Dataset) -> None:
    model = small_cnn().train()
    model[1].eval()
    modes = [module.training for module in model.modules()]
    batches = Batches(digits, digits.test, 100)
    by_module = evaluate(model, batches)
    assert modes == [module.training for module in model.modules()]
    frozen = model.eval()
    by_callable = evaluate(lambda images: frozen(images).detach(), batches)
    assert torch.equal(by_module.logits, by_callable.logits) and torch.equal(by_module.ids, digits.test.ids)

    def broken(images: Tensor) -> Tensor:
        return torch.full((len(images), 10), float("nan"))

    with pytest.raises(FloatingPointError, match=f"NaN for {by_module.n} of {by_module.n}"):
        evaluate(broken, batches)
    with pytest.raises(InputError, match="nothing to evaluate"):
        evaluate(model, list[Batch]())


def test_auto_precision_is_the_cpus_own() -> None:
    context = autocast("auto", torch.device("cpu"))
    assert context._enabled == bool(
        {"avx512_bf16", "amx_bf16", "bf16"} & {k for k, v in torch.cpu.get_capabilities().items() if v is True}
    )


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: data[: len(data) // 2], "cut short or not a checkpoint"),
        (lambda data: b"", "cut short or not a checkpoint"),
        (lambda data: b"something else entirely" * 9, "cut short or not a checkpoint"),
    ],
    ids=["half", "empty", "other"],
)
def test_a_damaged_checkpoint_is_named_and_kept(damage, says: str, digits: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.pt"
    fit(network(), digits, RECIPE, checkpoint=file, progress=False)
    damaged = damage(file.read_bytes())
    file.write_bytes(damaged)
    with pytest.raises(InputError, match=says) as caught:
        fit(network(), digits, RECIPE, checkpoint=file, progress=False)
    assert str(file) in str(caught.value) and file.read_bytes() == damaged


def test_a_checkpoint_of_another_model_or_start_is_refused(digits: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.pt"
    fit(network(), digits, RECIPE, checkpoint=file, progress=False)
    with pytest.raises(InputError, match="model is 'Sequential with"):
        fit(small_cnn(width=5), digits, RECIPE, checkpoint=file, progress=False)
    other = network()
    with torch.no_grad():
        other[0].weight[0] += 1
    with pytest.raises(InputError, match="initial weights is"):
        fit(other, digits, RECIPE, checkpoint=file, progress=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0.0}, {"learning_rate": float("nan")}, {"warmup": 1.0},
        {"label_smoothing": -0.1}, {"momentum": 1.0}, {"patience": 0}, {"optimizer": "adam"}, {"precision": "int8"},
    ],
    ids=str,
)  # fmt: skip
def test_bad_settings_are_named(changes: dict) -> None:
    (name,) = changes
    with pytest.raises(InputError, match=f"{name}="):
        Recipe(**{"epochs": 1} | changes)


def test_a_frozen_model_is_refused(digits: Dataset) -> None:
    with pytest.raises(InputError, match="nothing to train"):
        fit(network().requires_grad_(False), digits, RECIPE, progress=False)


def scaled(factor: float):
    def objective(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        logits = model(batch.images)
        return factor * nn.functional.cross_entropy(logits, batch.labels), logits

    return objective


def scaling(factor: float):
    def after_step(model: nn.Module) -> None:
        with torch.no_grad():
            next(model.parameters()).mul_(factor)

    return after_step


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        ({"objective": scaled(1.0)}, {"objective": scaled(2.0)}, "objective"),
        ({"objective": scaled(1.0)}, {}, "objective"),
        ({"after_step": scaling(1.0)}, {"after_step": scaling(0.9)}, "after_step"),
    ],
)
def test_a_run_with_another_objective_does_not_resume(digits: Dataset, tmp_path: Path, first, second, named) -> None:
    file = tmp_path / "checkpoint.pt"
    fit(network(), digits, RECIPE, checkpoint=file, progress=False, **first)
    fit(network(), digits, RECIPE, checkpoint=file, progress=False, **first)  # the same: complete already
    with pytest.raises(InputError, match=f"belongs to another run .{named} is"):
        fit(network(), digits, RECIPE, checkpoint=file, progress=False, **second)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_model_that_validates_to_no_number_has_diverged(digits: Dataset, value: float, tmp_path: Path) -> None:
    class Breaks(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = network()

        def forward(self, images: Tensor) -> Tensor:
            logits = self.body(images)
            return logits if self.training else torch.cat([logits[:, :1] + value, logits[:, 1:]], dim=1)

    with pytest.raises(TrainingDiverged, match=r"in epoch 1, by step .*try a learning_rate below"):
        fit(Breaks(), digits, RECIPE, progress=False)


def test_an_accuracy_is_of_whole_counts() -> None:
    for n in (10, 1000, 3000):
        right = 9 * n // 10
        logits = torch.eye(2)[[0] * right + [1] * (n - right)]
        found = Evaluation(logits, torch.zeros(n, dtype=torch.int64), torch.arange(n))
        assert found.accuracy == 0.9


def test_evaluation_leaves_a_model_where_it_was(digits: Dataset) -> None:
    model = network().to("meta")
    with pytest.raises(NotImplementedError):  # nothing can be copied from there: but it must not have moved
        evaluate(model, Batches(digits, digits.test, 100), device="cpu")
    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"weight_decay": float("nan")}, "weight_decay=nan"),
        ({"weight_decay": -1.0}, "weight_decay=-1.0"),
        ({"epochs": 1.5}, "epochs=1.5"),
        ({"momentum": float("nan")}, "momentum=nan"),
        ({"learning_rate": float("inf")}, "learning_rate=inf"),
    ],
)
def test_settings_that_are_no_numbers_are_refused_by_name(settings: dict[str, float], named: str) -> None:
    with pytest.raises(InputError, match=named):
        replace(RECIPE, **settings)
