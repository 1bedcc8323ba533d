"""Distillation on several workers: the model of one process, whatever becomes of the workers."""

import copy
import json
import math
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from compresslab.data import Batch, Batches, Dataset, load
from compresslab.distillation import cache_teacher, cached_objective, distillation_objective
from compresslab.errors import InputError
from compresslab.models import mlp, small_cnn
from compresslab.training import (
    Fitted,
    Recipe,
    TrainingDiverged,
    cross_entropy,
    fit,
    fit_in_parallel,
    recomputing,
)
from compresslab.training.fit import training_batches
from compresslab.training.shares import step_on_shares
from compresslab.training.state import State

RECIPE = Recipe(epochs=2, batch_size=64, learning_rate=0.05, precision="fp32", channels_last=False, seed=3)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load("digits").subset(train=300, validation=101)


def seeded(make: Any, **settings: Any) -> nn.Module:
    torch.manual_seed(0)
    return make(**settings)


def distance(first: nn.Module, second: nn.Module) -> float:
    """The largest difference of any weight or statistic."""
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    return max(float((a.double() - b.double()).abs().max()) for a, b in pairs)


# Shares of a batch


@pytest.mark.parametrize("views", [None, 2])
@pytest.mark.parametrize("shares", [1, 2, 3, 50])
def test_the_shares_of_a_batch_are_the_batch(views: int | None, shares: int, digits: Dataset) -> None:
    settings = {"shuffle": True, "augment": ("crop", "flip"), "seed": 5, "views": views}
    batches = Batches(digits, digits.train, 130, **settings)  # the last one holds 40: fewer than 50 shares
    for epoch in (0, 1, 2):
        streams = [batches.epoch(epoch, 1, share=share, shares=shares) for share in range(shares)]
        for whole, *parts in zip(batches.epoch(epoch, 1), *streams, strict=True):
            assert torch.equal(whole.images, torch.cat([part.images for part in parts]))
            assert torch.equal(whole.ids, torch.cat([part.ids for part in parts]))
            sizes = [len(part.labels) for part in parts]
            assert max(sizes) - min(sizes) <= 1
            assert {(part.epoch, part.step, part.view) for part in parts} == {(epoch, whole.step, whole.view)}


@pytest.mark.parametrize(("share", "shares"), [(2, 2), (-1, 2), (0, 0)])
def test_a_share_that_there_is_not_is_refused(share: int, shares: int, digits: Dataset) -> None:
    with pytest.raises(InputError, match="share"):
        next(Batches(digits, digits.train, 10).epoch(0, share=share, shares=shares))


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
def test_one_share_gives_the_model_of_fit_to_the_last_bit(precision: Any, digits: Dataset) -> None:
    recipe = replace(RECIPE, precision=precision, augment=("crop",))
    plain = fit(seeded(small_cnn, width=4), digits, recipe, progress=False)
    ours = fit_in_parallel(seeded(small_cnn, width=4), digits, recipe, shares=1)
    assert distance(plain.model, ours.model) == 0
    for mine, theirs in zip(ours.history, plain.history, strict=True):
        assert mine.validation_accuracy == theirs.validation_accuracy
        assert mine.validation_loss == pytest.approx(theirs.validation_loss, rel=1e-6)
        assert mine.train_loss == pytest.approx(theirs.train_loss, rel=1e-6)


@pytest.mark.parametrize("shares", [2, 3, 64])
def test_shares_of_unequal_size_weigh_their_samples(shares: int, digits: Dataset) -> None:
    """Without batch-norm the shares' weighted gradients are the batch's: 64 images in 3 shares are 22, 21 and 21."""
    small = digits.subset(train=59)  # one batch, smaller than the recipe's: with 64 shares some are empty
    teacher = seeded(mlp, hidden=(32,))
    for dataset in (digits, small):
        objective = distillation_objective(teacher)
        plain = fit(seeded(mlp), dataset, RECIPE, objective=objective, progress=False)
        ours = fit_in_parallel(seeded(mlp), dataset, RECIPE, objective=objective, shares=shares)
        assert distance(seeded(mlp), plain.model) > 0
        assert distance(plain.model, ours.model) < 1e-6
        assert ours.history[-1].validation_accuracy == plain.history[-1].validation_accuracy
        assert ours.history[-1].validation_loss == pytest.approx(plain.history[-1].validation_loss, rel=1e-5)


def test_running_statistics_become_the_mean_over_the_shares_and_count_one_batch() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 3))
    model.register_buffer("mask", torch.tensor([0.1, -math.inf]))  # no share changes it: it stays to the last bit
    state = State(model, replace(RECIPE, learning_rate=1e-9), steps_per_epoch=1)
    state.model.train()
    images = torch.randn(7, 2) + 3
    parts = [Batch(part, torch.zeros(len(part), dtype=torch.long), torch.arange(len(part))) for part in images.split(4)]
    apart = [copy.deepcopy(model).train() for _ in parts]
    for each, part in zip(apart, parts, strict=True):
        each(part.images)
    with torch.random.fork_rng():
        step_on_shares(state, enumerate(parts), cross_entropy(), samples=7)
    norm, norms = state.model[0], [each[0] for each in apart]
    assert torch.allclose(norm.running_mean, (4 * norms[0].running_mean + 3 * norms[1].running_mean) / 7)
    assert torch.allclose(norm.running_var, (4 * norms[0].running_var + 3 * norms[1].running_var) / 7)
    assert norm.num_batches_tracked == 1
    assert torch.equal(state.model.mask, model.mask)


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_the_gradient_is_clipped_in_true_size(precision: Any, digits: Dataset) -> None:
    """Clipped before it is unscaled, fp16's would be 65,536 times too short."""
    recipe = Recipe(1, 64, 0.5, momentum=0.0, weight_decay=0.0, warmup=0.0, precision=precision)
    start = seeded(mlp)
    state = State(start, recipe, steps_per_epoch=1)
    state.model.train()
    whole = next(iter(training_batches(digits, recipe)))
    parts = [Batch(whole.images[half], whole.labels[half], whole.ids[half]) for half in (slice(40), slice(40, None))]
    with torch.random.fork_rng():
        step_on_shares(state, enumerate(parts), cross_entropy(), samples=64, clip_norm=0.01)
    moved = [a - b for a, b in zip(state.model.parameters(), start.parameters(), strict=True)]
    assert nn.utils.get_total_norm(moved) == pytest.approx(0.5 * 0.01, rel=1e-3)


@pytest.mark.parametrize("steps", [1, 3, 4, 6])
def test_interrupted_anywhere_and_called_again_gives_the_same_model(
    steps: int, digits: Dataset, tmp_path: Path
) -> None:
    settings = {"shares": 2, "clip_norm": 1.0, "checkpoint_steps": 1}
    undisturbed = fit_in_parallel(seeded(small_cnn, width=4), digits, RECIPE, **settings)
    with pytest.raises(Interrupted), interrupted_after(steps):
        fit_in_parallel(seeded(small_cnn, width=4), digits, RECIPE, folder=tmp_path, **settings)
    resumed = fit_in_parallel(seeded(small_cnn, width=4), digits, RECIPE, folder=tmp_path, **settings)
    assert distance(undisturbed.model, resumed.model) == 0
    with pytest.raises(InputError, match=r"belongs to another run \(shares is 2 there and 4 here"):
        fit_in_parallel(seeded(small_cnn, width=4), digits, RECIPE, folder=tmp_path, **(settings | {"shares": 4}))


class Interrupted(Exception):
    pass


@contextmanager
def interrupted_after(steps: int) -> Iterator[None]:
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


def test_a_cache_travels_as_its_folder_and_gives_the_same_student(digits: Dataset, tmp_path: Path) -> None:
    recipe = replace(RECIPE, augment=("crop",), views=2)
    teacher = seeded(mlp, hidden=(32,)).eval()
    cache = cache_teacher(
        teacher, training_batches(digits, recipe), tmp_path / "cache", keep="fp32", precision="fp32", progress=False
    )
    sent = pickle.dumps(cache)
    assert len(sent) < 1000 < cache.size_bytes
    ids = digits.train.ids[:5]
    assert torch.equal(pickle.loads(sent).logits(ids, 1), cache.logits(ids, 1))
    online = fit_in_parallel(seeded(mlp), digits, recipe, objective=distillation_objective(teacher), shares=3)
    kept = fit_in_parallel(seeded(mlp), digits, recipe, objective=cached_objective(cache), shares=3)
    assert distance(online.model, kept.model) < 1e-6


def test_a_loss_that_is_not_finite_ends_the_run(digits: Dataset) -> None:
    with pytest.raises(TrainingDiverged, match=r"in epoch 1, by step \d: try a learning_rate below 1e"):
        fit_in_parallel(seeded(mlp), digits, replace(RECIPE, learning_rate=1e30, epochs=3))


# Gradient checkpointing


def kept_bytes(objective: Any, model: nn.Module, batch: Batch) -> tuple[int, list[Tensor]]:
    """Bytes that a forward pass keeps for the backward pass, each storage once, and the gradients."""
    storages: dict[int, int] = {}
    weights = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    model.zero_grad()
    with torch.random.fork_rng(), torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        torch.manual_seed(1)
        loss, _ = objective(model, batch)
        total = sum(storages.values())  # before the backward pass keeps what it computes again
        loss.backward()
    return total, [parameter.grad.clone() for parameter in model.parameters()]


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_activations_that_are_computed_again_give_the_same_gradients_and_statistics(precision: str) -> None:
    body = small_cnn(width=8)
    body.insert(3, nn.Dropout(0.5))
    plain = nn.Sequential(body, nn.Identity()).train()
    thrifty = copy.deepcopy(plain)
    batch = Batch(torch.randn(16, 1, 8, 8), torch.randint(10, (16,)), torch.arange(16))
    with torch.autocast("cpu", enabled=precision == "bf16"):
        much, gradients = kept_bytes(cross_entropy(), plain, batch)
        little, again = kept_bytes(recomputing(cross_entropy(), ["0"]), thrifty, batch)
    assert little < much / 3
    assert all(torch.equal(a, b) for a, b in zip(gradients, again, strict=True))
    assert distance(plain, thrifty) == 0  # running statistics moved once, and by as much
    assert [name for name, _ in thrifty.named_modules()] == [name for name, _ in plain.named_modules()]
    assert all("forward" not in vars(module) for module in thrifty.modules())
    assert all(module.momentum == 0.1 for module in thrifty.modules() if isinstance(module, nn.BatchNorm2d))


@pytest.mark.parametrize(
    ("blocks", "reason"),
    [([], "blocks is empty"), (["0", "0.1"], "'0' and what lies in it"), ([""], "what lies in it")],
)
def test_blocks_that_make_no_sense_are_refused(blocks: list[str], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        recomputing(cross_entropy(), blocks)


def test_a_block_that_the_model_lacks_is_named() -> None:
    batch = Batch(torch.zeros(1, 1, 8, 8), torch.tensor([0]), torch.tensor([0]))
    with pytest.raises(InputError, match="no module 'layer9': choose from 0, 1"):
        recomputing(cross_entropy(), ["layer9"])(mlp(), batch)


# Settings


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"shares": 0}, "shares=0 must be a whole number from 1 to 64"),
        ({"shares": 65}, "at least one sample"),
        ({"workers": 2}, 'this process is one worker. Give address="local"'),
        ({"address": "local", "shares": 2, "workers": 3}, "there are 2 shares of a batch"),
        ({"address": "10.0.0.1:6379"}, "folder is None with the address '10.0.0.1:6379'"),
        ({"clip_norm": 0}, "clip_norm=0 must be a positive, finite number"),
        ({"checkpoint_steps": 0}, "checkpoint_steps=0"),
        ({"max_failures": -1}, "max_failures=-1"),
    ],
)
def test_bad_settings_are_named_before_anything_starts(settings: dict[str, Any], reason: str, digits: Dataset) -> None:
    with pytest.raises(InputError, match=reason):
        fit_in_parallel(mlp(), digits, RECIPE, **settings)


def test_without_ray_all_but_an_address_works(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    fitted: Fitted = fit_in_parallel(mlp(), digits, replace(RECIPE, epochs=1))
    assert len(fitted.history) == 1
    with pytest.raises(InputError, match=r"Ray is not installed: `pip install -e '.\[scale\]'`"):
        fit_in_parallel(mlp(), digits, RECIPE, address="local")


# Workers of their own. In a process of its own, since Ray leaves some threads; one start of Ray for all runs.

ON_RAY = """
import json, os, signal, sys
from pathlib import Path

import psutil, torch
from torch import nn

from compresslab.data import load
from compresslab.distillation import distillation_objective
from compresslab.errors import InputError
from compresslab.models import mlp, small_cnn
from compresslab.training import Recipe, fit_in_parallel
from compresslab.training.on_ray import cluster

folder = Path(sys.argv[1])
digits = load("digits").subset(train=300, validation=101)
recipe = Recipe(epochs=2, batch_size=65, learning_rate=0.05, precision="fp32", augment=("crop",), seed=3)

class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = small_cnn(width=4)
        self.body.insert(len(self.body) - 1, nn.Dropout(0.2))
        self.unused = nn.Linear(2, 2)  # no gradient: weight decay must leave it alone on any number of workers

    def forward(self, images):
        return self.body(images)

torch.manual_seed(0)
teacher, start = mlp(hidden=(32,)), Student()
objective = distillation_objective(teacher)

def deadly(model, batch):
    if (batch.epoch, batch.step, os.environ["RANK"]) == (1, 2, "1"):
        attempt = len(list(folder.glob("killed*")))
        (folder / f"attempt{attempt}").touch()
        if attempt == 0:
            (folder / "killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return objective(model, batch)

def mistaken(model, batch):
    if batch.step == 1 and os.environ["RANK"] == "1":
        with (folder / "mistakes").open("a") as file:
            file.write("once ")
        raise InputError("no such class")
    return objective(model, batch)

def run(objective, **settings):
    settings = {"shares": 2, "clip_norm": 1.0, "checkpoint_steps": 1} | settings
    return fit_in_parallel(start, digits, recipe, objective=objective, **settings)

def differences(found, wanted):
    states = zip(found.model.state_dict().values(), wanted.model.state_dict().values())
    losses = zip(found.history, wanted.history)
    return {
        "weights": max(float((a.double() - b.double()).abs().max()) for a, b in states),
        "losses": max(abs(a.train_loss - b.train_loss) + abs(a.validation_loss - b.validation_loss) for a, b in losses),
        "accuracy": abs(found.history[-1].validation_accuracy - wanted.history[-1].validation_accuracy),
        "epochs": len(found.history),
    }

alone = run(objective)
found = {"unused": torch.equal(alone.model.unused.weight, start.unused.weight)}
with cluster("local", 2):
    found["undisturbed"] = differences(run(objective, address="local"), alone)
    found["killed"] = differences(run(deadly, address="local"), alone)
    found["attempts"] = sorted(path.name for path in folder.glob("attempt*"))
    try:
        run(mistaken, address="local")
    except InputError as error:
        found["mistake"] = str(error)
    started = psutil.Process().children(recursive=True)
found["started"] = len(started)
found["left"] = [str(process) for process in psutil.wait_procs(started, timeout=60)[1]]
found["environment"] = sorted(set(os.environ) & {"GLOO_SOCKET_IFNAME", "RAY_USAGE_STATS_ENABLED"})
(folder / "found.json").write_text(json.dumps(found))
"""


@pytest.fixture(scope="module")
def on_ray(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("ray")
    patient = {"RAY_AUTH_MODE": "disabled", "RAY_raylet_start_wait_time_s": "300"}
    patient["RAY_TRAIN_WORKER_GROUP_START_TIMEOUT_S"] = "300"  # on a busy machine
    done = subprocess.run(
        [sys.executable, "-c", ON_RAY, str(folder)],
        env=os.environ | patient,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {**json.loads((folder / "found.json").read_text()), "folder": folder}


@pytest.mark.parametrize("run", ["undisturbed", "killed"])
def test_two_workers_give_the_model_of_one_process_also_where_one_is_killed_in_mid_epoch(run: str, on_ray: Any) -> None:
    found = on_ray[run]
    assert found["weights"] < 1e-6
    assert found["losses"] < 1e-5
    assert found["accuracy"] == 0 and found["epochs"] == 2


def test_the_killed_run_was_tried_twice_and_went_on_from_its_checkpoint(on_ray: Any) -> None:
    assert on_ray["attempts"] == ["attempt0", "attempt1"]


def test_a_parameter_that_no_share_uses_stays(on_ray: Any) -> None:
    assert on_ray["unused"]


def test_a_mistake_ends_the_run_at_once_in_its_own_words(on_ray: Any) -> None:
    assert on_ray["mistake"] == "no such class"
    assert (on_ray["folder"] / "mistakes").read_text() == "once "


def test_all_processes_that_were_started_end_and_the_environment_is_as_before(on_ray: Any) -> None:
    assert on_ray["started"] > 2
    assert on_ray["left"] == on_ray["environment"] == []
