"""The training loop: resumable at any step, in mixed precision, with an objective of the caller's.

What happens in a step (order of the data, augmentation, dropout) depends on the seed, the epoch and the step
alone. A run that was killed and resumed therefore computes what the undisturbed one would have.
"""

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from tqdm.auto import tqdm

from compresslab.arguments import at_least
from compresslab.data import Batches, Dataset
from compresslab.training.checkpoint import load_checkpoint, run_identity, save_checkpoint
from compresslab.training.evaluate import evaluate
from compresslab.training.recipe import Recipe
from compresslab.training.state import Epoch, State
from compresslab.training.step import Objective, cross_entropy, train_step

_LOOK_EVERY = 20  # steps between looks at the loss: on a GPU each look waits for the queue


class TrainingDiverged(ArithmeticError):
    """The loss became NaN or infinite. No model is given, and the last good checkpoint stays.

    >>> issubclass(TrainingDiverged, ArithmeticError)
    True
    """


@dataclass(frozen=True)
class Fitted:
    """A trained model and how it came about.

    Attributes:
        model: in evaluation mode, on the CPU.
        history: an entry an epoch.
        recipe: as given.
        data: the data set's name.
        last: where the recipe averages weights, those of the last step, which `model` isn't; otherwise None.

    >>> lines = tuple(Epoch(number, 0.1, 0.5, 0.8, 0.5, 0.8, seconds=2.0) for number in (1, 2))
    >>> Fitted(nn.Linear(2, 3), lines, Recipe(epochs=2), "digits").seconds
    4.0
    """

    model: nn.Module
    history: tuple[Epoch, ...]
    recipe: Recipe
    data: str
    last: nn.Module | None = None

    @property
    def seconds(self) -> float:
        """Time spent training and validating, interruptions not counted."""
        return sum(epoch.seconds for epoch in self.history)


def fit(
    model: nn.Module,
    dataset: Dataset,
    recipe: Recipe,
    *,
    objective: Objective | None = None,
    after_step: Callable[[nn.Module], None] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_seconds: float = 120.0,
    device: str | torch.device = "cpu",
    progress: bool = True,
    name: str = "",
) -> Fitted:
    """Train a copy of `model` on the training split and validate it after every epoch. The test split is not used.

    Args:
        model: the starting point; not modified.
        dataset: gives `train` and `validation`.
        recipe: all settings.
        objective: from (model, batch) to (loss, logits); default cross-entropy with the recipe's smoothing.
        after_step: called with the model after every optimizer step, for example to re-apply masks.
        checkpoint: a file to resume from when it exists, and to write every `checkpoint_seconds` and after
            every epoch. When the run is already complete there, nothing is trained. Objective and `after_step` are
            part of the run's identity, with the values that their closures hold (see `identity.fingerprint`).
        checkpoint_seconds: least time between two checkpoints within an epoch.
        device: where to train. The returned model is on the CPU.
        progress: show a bar for every epoch.
        name: of the run, for the bar.

    Returns:
        The trained model in evaluation mode, with its history.

    Raises:
        InputError: the checkpoint is damaged or another run's, or nothing in the model is trainable.
        TrainingDiverged: the loss is not finite.

    >>> from compresslab.data import load
    >>> from compresslab.models import mlp
    >>> fitted = fit(mlp(), load("digits"), Recipe(epochs=1), progress=False)
    >>> fitted.history[-1].epoch, fitted.data
    (1, 'digits')
    """
    at_least(0, checkpoint_seconds=checkpoint_seconds)
    run = _Run(
        model, dataset, recipe, objective or cross_entropy(recipe.label_smoothing), after_step, checkpoint,
        checkpoint_seconds, torch.device(device), progress, name,
    )  # fmt: skip
    state = run.state
    with private_randomness(state.device):
        while not state.finished:
            run.train_epoch()
            run.close_epoch()
    return fitted(state, dataset)


def fitted(state: State, dataset: Dataset) -> Fitted:
    """What a finished run gives: its last model, or its best where the recipe has patience, on the CPU.

    >>> from compresslab.data import load
    >>> fitted(State(nn.Linear(2, 3), Recipe(epochs=1), steps_per_epoch=1), load("digits")).data
    'digits'
    """
    if state.best:
        state.judged.load_state_dict(state.best)
    history = tuple(Epoch(**line) for line in state.at.history)
    last = None if state.average is None else _delivered(state.model)
    return Fitted(_delivered(state.judged), history, state.recipe, dataset.name, last)


def _delivered(model: nn.Module) -> nn.Module:
    """Back to the ordinary layout: an export would otherwise depend on how its weights were last laid out."""
    return model.cpu().to(memory_format=torch.contiguous_format).eval()


def training_batches(dataset: Dataset, recipe: Recipe) -> Batches:
    """The training split as `fit` goes through it.

    >>> from compresslab.data import load
    >>> len(training_batches(load("digits"), Recipe(epochs=1, batch_size=100)))
    10
    """
    return Batches(
        dataset,
        dataset.train,
        recipe.batch_size,
        shuffle=True,
        augment=dataset.augmentation if recipe.augment is None else recipe.augment,
        seed=recipe.seed,
        drop_last=len(dataset.train) >= recipe.batch_size,
        views=recipe.views,
    )


class _Run:
    """The loop around a state: gives it batches, validates, saves, and stops where the loss is not finite."""

    def __init__(
        self,
        model: nn.Module,
        dataset: Dataset,
        recipe: Recipe,
        objective: Objective,
        after_step: Callable[[nn.Module], None] | None,
        checkpoint: str | os.PathLike[str] | None,
        checkpoint_seconds: float,
        device: torch.device,
        progress: bool,
        name: str,
    ) -> None:
        self.dataset, self.recipe, self.progress, self.name = dataset, recipe, progress, name
        self.objective, self.after_step = objective, after_step
        self.checkpoint, self.checkpoint_seconds = checkpoint, checkpoint_seconds
        self.batches = training_batches(dataset, recipe)
        self.state = State(model, recipe, steps_per_epoch=len(self.batches), device=device)
        if checkpoint:
            # As model, objective and after_step are before the first step: they may hold what a step changes.
            self.identity = run_identity(model, dataset, recipe, objective=objective, after_step=after_step)
            saved = load_checkpoint(checkpoint, run=self.identity)
            if saved is not None:
                self.state.load_state_dict(saved)

    def train_epoch(self) -> None:
        """Train the rest of the present epoch."""
        state, at, steps = self.state, self.state.at, len(self.batches)
        state.model.train()
        started = saved = time.monotonic()
        bar = tqdm(
            total=steps, initial=at.step, disable=not self.progress, unit="step", leave=False,
            desc=f"{self.name} epoch {at.epoch + 1}/{self.recipe.epochs}".lstrip(),
        )  # fmt: skip
        with bar:
            for batch in self.batches.epoch(at.epoch, start=at.step):
                train_step(state, batch, self.objective, after_step=self.after_step)
                bar.update()
                now = time.monotonic()
                due = now - saved >= self.checkpoint_seconds and at.step < steps
                if at.step % _LOOK_EVERY == 0 or at.step == steps or due:
                    self._look(bar)
                if due:
                    at.seconds += now - started
                    self._save()
                    started = saved = time.monotonic()
        at.seconds += time.monotonic() - started

    def close_epoch(self) -> None:
        """Validate, and move to the next epoch."""
        started, state = time.monotonic(), self.state
        validation = Batches(self.dataset, self.dataset.validation, max(256, self.recipe.batch_size))
        try:
            measured = evaluate(state.judged, validation, device=state.device, precision=self.recipe.precision)
        except FloatingPointError as error:
            raise self._diverged(str(error)) from error
        if not math.isfinite(measured.loss):
            raise self._diverged(f"the validation loss is {measured.loss}")
        state.at.seconds += time.monotonic() - started
        state.close_epoch(measured.loss, measured.accuracy)
        self._save()

    def _look(self, bar: Any) -> None:
        """Show the averages so far, and stop a run that has diverged."""
        self.state.settle()
        at = self.state.at
        if not math.isfinite(at.loss_sum):
            raise self._diverged("the loss is no longer finite")
        bar.set_postfix(loss=f"{at.loss_sum / at.seen:.3f}", accuracy=f"{at.correct / at.seen:.1%}", refresh=False)

    def _diverged(self, what: str) -> TrainingDiverged:
        at = self.state.at
        where = f"in epoch {at.epoch + 1}, by step {at.step}"
        return TrainingDiverged(f"{what.rstrip('.')} {where}: try a learning_rate below {self.recipe.learning_rate}.")

    def _save(self) -> None:
        if self.checkpoint:
            save_checkpoint(self.checkpoint, run=self.identity, state=self.state.state_dict())


@contextmanager
def private_randomness(device: torch.device) -> Iterator[None]:
    """Leave the caller's random state as it was, though every step reseeds.

    >>> before = torch.random.get_rng_state()
    >>> with private_randomness(torch.device("cpu")):
    ...     _ = torch.manual_seed(1)
    >>> torch.equal(before, torch.random.get_rng_state())
    True
    """
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        yield
