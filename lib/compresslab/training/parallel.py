"""Data-parallel training: one function for this process, for local workers, and for the machines of a Ray cluster.

An address decides where the shares of each batch are computed, and nothing else: see `shares`. Ray is the extra
`scale`, and imported only where there is an address.
"""

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn

from compresslab.arguments import positive, whole
from compresslab.data import Batches, Dataset
from compresslab.errors import InputError
from compresslab.training.checkpoint import load_checkpoint, run_identity, save_checkpoint
from compresslab.training.evaluate import evaluate
from compresslab.training.fit import Fitted, TrainingDiverged, fitted, private_randomness, training_batches
from compresslab.training.recipe import Recipe
from compresslab.training.shares import AddUp, add_nothing, step_on_shares
from compresslab.training.state import State
from compresslab.training.step import Objective, cross_entropy

FILE = "checkpoint.pt"


class Place(Protocol):
    """Where a worker runs: which one it is, what reaches the others, and where checkpoints go.

    >>> Place.__name__
    'Place'
    """

    rank: int
    workers: int
    device: torch.device

    @property
    def add_up(self) -> AddUp:
        """The sum over the workers."""

    def load(self, run: dict[str, Any]) -> dict[str, Any] | None:
        """The latest state of this run, or None."""

    def save(self, run: dict[str, Any], state: Callable[[], dict[str, Any]]) -> None:
        """Keep a state; all workers call this at the same step."""


@dataclass(frozen=True)
class Job:
    """What a worker needs to know, whichever it is; see `fit_in_parallel`.

    >>> from compresslab.data import load
    >>> job = Job(nn.Linear(64, 10), load("digits"), Recipe(epochs=1), cross_entropy(), None, 2, None, 100, run={})
    >>> job.shares
    2
    """

    model: nn.Module
    dataset: Dataset
    recipe: Recipe
    objective: Objective
    after_step: Callable[[nn.Module], None] | None
    shares: int
    clip_norm: float | None
    checkpoint_steps: int
    run: dict[str, Any]


def fit_in_parallel(
    model: nn.Module,
    dataset: Dataset,
    recipe: Recipe,
    *,
    objective: Objective | None = None,
    after_step: Callable[[nn.Module], None] | None = None,
    shares: int = 2,
    workers: int | None = None,
    address: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    checkpoint_steps: int = 100,
    clip_norm: float | None = None,
    max_failures: int = 3,
    device: str | torch.device = "cpu",
) -> Fitted:
    """Train a copy of `model` as `training.fit` does, each batch cut into shares that several workers compute.

    The result depends on `shares`, not on how many workers compute them or where: it is the same model within rounding.
    With one share it is the model of `fit`. A worker that is lost, or this whole program, costs the steps since the
    last checkpoint, which are then repeated: the result is the same again.

    Args:
        model, dataset, recipe, after_step: of `fit`.
        objective: of `fit`; its loss is a mean over the samples, and it keeps nothing from one step to the next. To
            distil, `distillation_objective` or, with a teacher that has been asked once, `cached_objective`.
        shares: that each batch is cut into, of equal size to within one sample. As gradient accumulation, in one
            process, it lets a batch be larger than memory.
        workers: processes that compute them; all of them compute equally many where it divides `shares`. Unless given,
            one for each share where there is an address.
        address: None, this process; "local", workers on this machine, which are started and stopped; or that of a Ray
            cluster, as `ray.init` takes it, such as "auto" or "10.0.0.1:6379". Its machines need this course installed.
            A Ray that this process has started already is used, and left running.
        folder: for checkpoints, to go on from where there are any of this run. Without one, on "local", a temporary
            one. Workers on several machines must all reach it: a shared folder, or a URI that Ray Train takes.
        checkpoint_steps: steps between two checkpoints within an epoch; there is one after every epoch besides.
        clip_norm: the largest norm of a step's gradient; None leaves it as it is.
        max_failures: so many times workers that were lost are started again; then the run ends.
        device: of each worker: "cpu", or "cuda" for a GPU each. The returned model is on the CPU.

    Returns:
        The trained model in evaluation mode, with its history.

    Raises:
        InputError: a setting is out of its range, Ray or the cluster is not there, or the checkpoint is another run's.
        TrainingDiverged: the loss is not finite.
        RuntimeError: workers were lost more often than `max_failures`.

    Reference:
        Goyal et al. 2017, "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour" (what changes with the batch,
        and what mustn't).

    >>> from compresslab.data import load
    >>> from compresslab.models import mlp
    >>> fitted = fit_in_parallel(mlp(), load("digits"), Recipe(epochs=1), shares=2)
    >>> fitted.history[-1].epoch, fitted.data
    (1, 'digits')
    """
    whole(1, recipe.batch_size, "each takes at least one sample of a batch", shares=shares)
    whole(checkpoint_steps=checkpoint_steps)
    whole(0, max_failures=max_failures)
    if clip_norm is not None:
        positive(clip_norm=clip_norm)
    if workers is None:
        workers = 1 if address is None else shares
    whole(1, shares, f"there are {shares} shares of a batch", workers=workers)
    if address is None and workers > 1:
        raise InputError(f'workers={workers} without an address: this process is one worker. Give address="local".')
    objective = objective or cross_entropy(recipe.label_smoothing)
    settings = {"shares": shares, "clip_norm": clip_norm}
    run = settings | run_identity(model, dataset, recipe, objective=objective, after_step=after_step)
    job = Job(model, dataset, recipe, objective, after_step, shares, clip_norm, checkpoint_steps, run)
    if address is None:
        return fitted(train(job, _Here(folder, torch.device(device))), dataset)
    from compresslab.training.on_ray import train_on_ray  # the extra `scale`

    saved = train_on_ray(job, workers, address, folder, max_failures, torch.device(device))
    state = State(model, recipe, steps_per_epoch=len(training_batches(dataset, recipe)))
    state.load_state_dict(saved)
    return fitted(state, dataset)


def train(job: Job, place: Place) -> State:
    """What every worker does: its shares of all steps, from the latest checkpoint to the end.

    Raises:
        TrainingDiverged: the loss is not finite: on all workers at the same step, since they all know the whole loss.

    >>> from compresslab.data import load
    >>> job = Job(nn.Flatten(), load("digits"), Recipe(epochs=1), cross_entropy(), None, 2, None, 100, run={})
    >>> train(job, _Here(None, torch.device("cpu")))
    Traceback (most recent call last):
    compresslab.errors.InputError: no parameter of the model requires a gradient: there is nothing to train.
    """
    batches = training_batches(job.dataset, job.recipe)
    state = State(job.model, job.recipe, steps_per_epoch=len(batches), device=place.device)
    saved = place.load(job.run)
    if saved is not None:
        state.load_state_dict(saved)
    with private_randomness(state.device):
        while not state.finished:
            _train_epoch(job, place, state, batches)
            _close_epoch(job, place, state)
    return state


def _train_epoch(job: Job, place: Place, state: State, batches: Batches) -> None:
    """Train the rest of the present epoch."""
    at, steps = state.at, len(batches)
    state.model.train()
    mine = range(place.rank, job.shares, place.workers)
    streams = [batches.epoch(at.epoch, at.step, share=share, shares=job.shares) for share in mine]
    started = time.monotonic()
    for parts in zip(*streams, strict=True):
        step_on_shares(
            state,
            zip(mine, parts, strict=True),
            job.objective,
            samples=min(batches.batch_size, len(batches.split) - at.step * batches.batch_size),
            add_up=place.add_up,
            clip_norm=job.clip_norm,
            after_step=job.after_step,
        )
        due = at.step % job.checkpoint_steps == 0 or at.step == steps
        if due:
            state.settle()
            if not math.isfinite(at.loss_sum):
                raise _diverged(state, "the loss is no longer finite")
        if due and at.step < steps:
            at.seconds += time.monotonic() - started
            place.save(job.run, state.state_dict)
            started = time.monotonic()
    at.seconds += time.monotonic() - started


def _close_epoch(job: Job, place: Place, state: State) -> None:
    """Validate, every worker its shares, and move to the next epoch."""
    started, split = time.monotonic(), job.dataset.validation
    validation = Batches(job.dataset, split, max(256, job.recipe.batch_size))
    mine = (
        batch
        for share in range(place.rank, job.shares, place.workers)
        for batch in validation.epoch(0, share=share, shares=job.shares)
        if len(batch.labels)
    )
    loss_sum, correct = 0.0, 0
    if place.rank < len(split):  # there may be more shares than samples
        try:
            measured = evaluate(state.judged, mine, device=state.device, precision=job.recipe.precision)
            loss_sum, correct = measured.loss * measured.n, int(measured.correct.sum())
        except FloatingPointError:
            loss_sum = math.nan  # said to all workers by the sum, so that none is left waiting
    # Sums over samples, not means of the workers' means: the shares are of different sizes.
    totals = torch.tensor([loss_sum, correct], device=state.device)
    place.add_up([totals])
    loss, accuracy = (float(total) / len(split) for total in totals)
    if not math.isfinite(loss):
        raise _diverged(state, f"the validation loss is {loss}")
    state.at.seconds += time.monotonic() - started
    state.close_epoch(loss, accuracy)
    place.save(job.run, state.state_dict)


def _diverged(state: State, what: str) -> TrainingDiverged:
    rate = state.recipe.learning_rate
    where = f"in epoch {state.at.epoch + 1}, by step {state.at.step}"
    return TrainingDiverged(f"{what} {where}: try a learning_rate below {rate}, or a smaller clip_norm.")


class _Here:
    """The place of one process that computes all shares."""

    rank, workers, add_up = 0, 1, staticmethod(add_nothing)

    def __init__(self, folder: str | os.PathLike[str] | None, device: torch.device) -> None:
        self._file, self.device = None if folder is None else Path(folder) / FILE, device

    def load(self, run: dict[str, Any]) -> dict[str, Any] | None:
        return load_checkpoint(self._file, run=run) if self._file else None

    def save(self, run: dict[str, Any], state: Callable[[], dict[str, Any]]) -> None:
        if self._file:
            save_checkpoint(self._file, run=run, state=state())
