"""The training loop: resumable at any step, in mixed precision, with an objective of the caller's.

What happens in a step (order of the data, augmentation, dropout) depends on the seed, the epoch and the step
alone. A run that was killed and resumed therefore computes what the undisturbed one would have.
"""

import copy
import hashlib
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm.auto import tqdm

from compresslab.cost import parameter_count
from compresslab.data import Batch, Batches, Dataset
from compresslab.errors import InputError
from compresslab.identity import fingerprint
from compresslab.training.checkpoint import load_checkpoint, save_checkpoint
from compresslab.training.evaluate import evaluate
from compresslab.training.recipe import Recipe, autocast, build_optimizer, one_cycle

Objective = Callable[[nn.Module, Batch], tuple[Tensor, Tensor]]
"""From a model and a batch on the same device to (scalar loss, logits (N, classes))."""

_CHECK_EVERY = 20  # steps between looks at the loss: on a GPU each look waits for the queue


class TrainingDiverged(ArithmeticError):
    """The loss became NaN or infinite. No model is given, and the last good checkpoint stays."""


@dataclass(frozen=True)
class Epoch:
    """One line of a training history, `epoch` counted from 1. Accuracies are shares, losses are in nats."""

    epoch: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Fitted:
    """A trained model and how it came about."""

    model: nn.Module
    history: tuple[Epoch, ...]
    recipe: Recipe
    data: str

    @property
    def seconds(self) -> float:
        """Time spent training and validating, interruptions not counted."""
        return sum(epoch.seconds for epoch in self.history)


def cross_entropy(label_smoothing: float = 0.0) -> Objective:
    """The usual objective: cross-entropy on the labels."""

    def objective(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        logits = model(batch.images)
        return F.cross_entropy(logits.float(), batch.labels, label_smoothing=label_smoothing), logits

    return objective


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
    """
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise InputError("no parameter of the model requires a gradient: there is nothing to train.")
    run = _Run(
        model, dataset, recipe, objective or cross_entropy(recipe.label_smoothing), after_step, checkpoint,
        checkpoint_seconds, torch.device(device), progress, name,
    )  # fmt: skip
    with _private_randomness(run.device):
        while not run.finished:
            run.train_epoch()
            run.close_epoch()
    if run.best:
        run.model.load_state_dict(run.best)
    history = tuple(Epoch(**line) for line in run.at.history)
    # Back to the ordinary layout: an export would otherwise depend on how its weights were last laid out.
    model = run.model.cpu().to(memory_format=torch.contiguous_format).eval()
    return Fitted(model, history, recipe, dataset.name)


@dataclass
class _Position:
    """How far a run has come; plain data, saved in the checkpoint."""

    epoch: int = 0
    step: int = 0  # steps done in this epoch
    seconds: float = 0.0  # spent in this epoch so far
    loss_sum: float = 0.0
    correct: int = 0
    seen: int = 0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    history: list[dict[str, Any]] = field(default_factory=list)


class _Run:
    """A training run: the model, its optimizer, and the place in the data they have reached."""

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
        self.dataset, self.recipe, self.device, self.progress = dataset, recipe, device, progress
        self.objective, self.after_step, self.name = objective, after_step, name
        self.checkpoint, self.checkpoint_seconds = checkpoint, checkpoint_seconds
        self.layout = torch.channels_last if recipe.channels_last else torch.contiguous_format
        self.initial_digest = _digest(model)
        self.model = copy.deepcopy(model).to(device)
        if recipe.channels_last:
            self.model = self.model.to(memory_format=torch.channels_last)
        self.optimizer = build_optimizer(self.model, recipe)
        self.autocast = autocast(recipe.precision, device)
        # Only fp16's narrow exponent needs its gradients scaled; bf16 has the range of fp32.
        scaled = self.autocast.fast_dtype == torch.float16
        self.scaler = torch.amp.GradScaler(device.type, enabled=scaled)
        self.batches = Batches(
            dataset,
            dataset.train,
            recipe.batch_size,
            shuffle=True,
            augment=dataset.augmentation if recipe.augment is None else recipe.augment,
            seed=recipe.seed,
            drop_last=len(dataset.train) >= recipe.batch_size,
        )
        self.at = _Position()
        self.best: dict[str, Tensor] = {}
        self.settings: dict[str, str] = {}
        if checkpoint:
            # With what they hold (a temperature, a teacher, masks), as it is before the first step.
            self.settings = {"objective": fingerprint(objective), "after_step": fingerprint(after_step)}
            self._restore(checkpoint)

    @property
    def finished(self) -> bool:
        waited = self.at.epoch - 1 - self.at.best_epoch
        out_of_patience = self.recipe.patience is not None and waited >= self.recipe.patience
        return self.at.epoch >= self.recipe.epochs or out_of_patience

    def train_epoch(self) -> None:
        """Train the rest of the present epoch."""
        at, steps = self.at, len(self.batches)
        loss_sum = torch.zeros((), device=self.device)  # on the device, and only of the steps since the last look
        correct = torch.zeros((), dtype=torch.int64, device=self.device)
        self.model.train()
        started = saved = time.monotonic()
        bar = tqdm(
            total=steps, initial=at.step, disable=not self.progress, unit="step", leave=False,
            desc=f"{self.name} epoch {at.epoch + 1}/{self.recipe.epochs}".lstrip(),
        )  # fmt: skip
        with bar:
            for batch in self.batches.epoch(at.epoch, start=at.step):
                loss, hits = self._step(batch)
                loss_sum += loss.float() * len(batch.labels)
                correct += hits
                at.step += 1
                at.seen += len(batch.labels)
                bar.update()
                now = time.monotonic()
                due = now - saved >= self.checkpoint_seconds and at.step < steps
                if at.step % _CHECK_EVERY == 0 or at.step == steps or due:
                    self._note(loss_sum, correct, bar)
                if due:
                    at.seconds += now - started
                    self._save()
                    started = saved = time.monotonic()
        at.seconds += time.monotonic() - started

    def close_epoch(self) -> None:
        """Validate, add a line to the history, and move to the next epoch."""
        started, at = time.monotonic(), self.at
        validation = Batches(self.dataset, self.dataset.validation, max(256, self.recipe.batch_size))
        try:
            measured = evaluate(self.model, validation, device=self.device, precision=self.recipe.precision)
        except FloatingPointError as error:
            raise self._diverged(str(error)) from error
        if not math.isfinite(measured.loss):
            raise self._diverged(f"the validation loss is {measured.loss}")
        line = Epoch(
            epoch=at.epoch + 1,
            learning_rate=self.optimizer.param_groups[0]["lr"],
            train_loss=at.loss_sum / at.seen,
            train_accuracy=at.correct / at.seen,
            validation_loss=measured.loss,
            validation_accuracy=measured.accuracy,
            seconds=at.seconds + time.monotonic() - started,
        )
        better = line.validation_accuracy > at.best_accuracy
        if better and self.recipe.patience is not None:
            self.best = {name: tensor.detach().cpu().clone() for name, tensor in self.model.state_dict().items()}
        self.at = _Position(
            epoch=at.epoch + 1,
            best_epoch=at.epoch if better else at.best_epoch,
            best_accuracy=max(at.best_accuracy, line.validation_accuracy),
            history=[*at.history, asdict(line)],
        )
        self._save()

    def _step(self, batch: Batch) -> tuple[Tensor, Tensor]:
        recipe, total = self.recipe, self.recipe.epochs * len(self.batches)
        position = self.at.epoch * len(self.batches) + self.at.step
        torch.manual_seed(recipe.seed * 1_000_003 + position)  # dropout, on every device
        rate = one_cycle(position, total, peak=recipe.learning_rate, warmup=recipe.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        images = batch.images.to(self.device, memory_format=self.layout, non_blocking=True)
        labels = batch.labels.to(self.device, non_blocking=True)
        with self.autocast:
            loss, logits = self.objective(self.model, batch._replace(images=images, labels=labels))
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        if self.after_step:
            self.after_step(self.model)
        return loss.detach(), (logits.detach().argmax(dim=1) == labels).sum()

    def _note(self, loss_sum: Tensor, correct: Tensor, bar: Any) -> None:
        """Move the running sums into the position, and stop a run that has diverged."""
        at = self.at
        at.loss_sum += float(loss_sum)
        at.correct += int(correct)
        loss_sum.zero_()
        correct.zero_()
        if not math.isfinite(at.loss_sum):
            raise self._diverged("the loss is no longer finite")
        bar.set_postfix(loss=f"{at.loss_sum / at.seen:.3f}", accuracy=f"{at.correct / at.seen:.1%}", refresh=False)

    def _diverged(self, what: str) -> TrainingDiverged:
        where = f"in epoch {self.at.epoch + 1}, by step {self.at.step}"
        return TrainingDiverged(f"{what.rstrip('.')} {where}: try a learning_rate below {self.recipe.learning_rate}.")

    def _identity(self) -> dict[str, Any]:
        """What must be equal for a checkpoint to be this run's."""
        return {
            "data": f"{self.dataset.name}, {len(self.dataset.train)} training images",
            "model": f"{type(self.model).__name__} with {parameter_count(self.model)} parameters",
            **{f"recipe.{name}": str(value) for name, value in asdict(self.recipe).items()},
            "initial weights": self.initial_digest,
            **self.settings,
        }

    def _save(self) -> None:
        if not self.checkpoint:
            return
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "position": asdict(self.at),
            "best": self.best,
        }
        save_checkpoint(self.checkpoint, run=self._identity(), state=state)

    def _restore(self, checkpoint: str | os.PathLike[str]) -> None:
        state = load_checkpoint(checkpoint, run=self._identity())
        if state is None:
            return
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        self.at, self.best = _Position(**state["position"]), state["best"]


def _digest(model: nn.Module) -> str:
    """A short checksum of all names, shapes and values."""
    digest = hashlib.blake2b(digest_size=8)
    for name, tensor in model.state_dict().items():
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()


@contextmanager
def _private_randomness(device: torch.device) -> Iterator[None]:
    """Leave the caller's random state as it was, though every step reseeds."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        yield
