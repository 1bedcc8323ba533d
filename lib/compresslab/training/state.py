"""What a training run is at a step: the model, its optimizer, the epoch's averages and how far they have come.

All of it goes into a checkpoint and comes back from there. Nothing here says who drives the steps: the loop of `fit`
does, and so can a worker of another engine.
"""

import copy
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.training.average import follow
from compresslab.training.recipe import Recipe, autocast, build_optimizer


@dataclass(frozen=True)
class Epoch:
    """One line of a training history, `epoch` counted from 1. Accuracies are shares, losses are in nats.

    >>> Epoch(1, 0.1, 0.5, 0.875, 0.25, 0.9375, seconds=3.5).validation_accuracy
    0.9375
    """

    epoch: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float


@dataclass
class Position:
    """How far a run has come; plain data.

    Attributes:
        epoch: epochs that are complete.
        step: steps done in the present epoch.
        seconds: spent in the present epoch so far.
        loss_sum, correct, seen: of the present epoch's samples: sum of losses, number right, number of them.
        best_epoch, best_accuracy: of the validations so far.
        history: a line per complete epoch, the fields of `Epoch`.

    >>> Position().step
    0
    """

    epoch: int = 0
    step: int = 0
    seconds: float = 0.0
    loss_sum: float = 0.0
    correct: int = 0
    seen: int = 0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    history: list[dict[str, Any]] = field(default_factory=list)


class State:
    """A training run between two steps.

    Args:
        model: the starting point; a copy of it is trained.
        recipe: all settings.
        steps_per_epoch: for the learning rate's schedule.
        device: where to train.

    Attributes:
        model: the copy on the device, in the memory format of the recipe.
        optimizer: over its trainable parameters.
        autocast: the context of the recipe's precision, for forward passes.
        scaler: of fp16 gradients; does nothing in other precisions.
        at: the position.
        average: the moving average of the model, where the recipe has one.
        best: the state dict, on the CPU, of the best epoch where the recipe has patience; otherwise empty.

    Raises:
        InputError: nothing in the model is trainable, or `steps_per_epoch` is not a whole number of at least 1.

    >>> state = State(nn.Linear(2, 3), Recipe(epochs=2), steps_per_epoch=10)
    >>> state.number, state.steps, state.finished
    (0, 20, False)
    """

    def __init__(
        self, model: nn.Module, recipe: Recipe, *, steps_per_epoch: int, device: str | torch.device = "cpu"
    ) -> None:
        whole(steps_per_epoch=steps_per_epoch)
        if not any(parameter.requires_grad for parameter in model.parameters()):
            raise InputError("no parameter of the model requires a gradient: there is nothing to train.")
        self.recipe, self.steps_per_epoch, self.device = recipe, steps_per_epoch, torch.device(device)
        self.model = copy.deepcopy(model).to(self.device)
        if recipe.channels_last:
            self.model = self.model.to(memory_format=torch.channels_last)
        self.average = None if recipe.average is None else copy.deepcopy(self.model).eval()
        self.optimizer = build_optimizer(self.model, recipe)
        self.autocast = autocast(recipe.precision, self.device)
        # Only fp16's narrow exponent needs its gradients scaled; bf16 has the range of fp32.
        scaled = self.autocast.fast_dtype == torch.float16
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=scaled)
        self.at = Position()
        self.best: dict[str, Tensor] = {}
        self._loss_sum = torch.zeros((), device=self.device)
        self._correct = torch.zeros((), dtype=torch.int64, device=self.device)

    @property
    def judged(self) -> nn.Module:
        """What is validated and given in the end: the average, or the model where there is none."""
        return self.model if self.average is None else self.average

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.recipe.epochs * self.steps_per_epoch

    @property
    def number(self) -> int:
        """Of the step to come, from 0, counted through all epochs."""
        return self.at.epoch * self.steps_per_epoch + self.at.step

    @property
    def finished(self) -> bool:
        """Whether all epochs are done, or the recipe's patience is at its end."""
        waited = self.at.epoch - 1 - self.at.best_epoch
        out_of_patience = self.recipe.patience is not None and waited >= self.recipe.patience
        return self.at.epoch >= self.recipe.epochs or out_of_patience

    def moved(self) -> None:
        """Let the average, if there is one, follow the model: once a step, before `count`."""
        if self.average is not None and self.recipe.average is not None:
            follow(self.average, self.model, decay=self.recipe.average, step=self.number)

    def count(self, loss: Tensor, correct: Tensor, samples: int) -> None:
        """Move on by a step with this mean loss and number right, both scalars on the device.

        The sums stay there until `settle`: a look at each step's loss would wait for a GPU's queue.
        """
        self._loss_sum += loss.float() * samples
        self._correct += correct
        self.at.step += 1
        self.at.seen += samples

    def settle(self) -> None:
        """Bring the sums of the steps since the last call into the position."""
        self.at.loss_sum += float(self._loss_sum)
        self.at.correct += int(self._correct)
        self._loss_sum.zero_()
        self._correct.zero_()

    def close_epoch(self, validation_loss: float, validation_accuracy: float) -> Epoch:
        """Add the present epoch, with what was measured after it, to the history, and move to the next."""
        self.settle()
        at = self.at
        line = Epoch(
            epoch=at.epoch + 1,
            learning_rate=self.optimizer.param_groups[0]["lr"],
            train_loss=at.loss_sum / at.seen,
            train_accuracy=at.correct / at.seen,
            validation_loss=validation_loss,
            validation_accuracy=validation_accuracy,
            seconds=at.seconds,
        )
        better = validation_accuracy > at.best_accuracy
        if better and self.recipe.patience is not None:
            self.best = {name: tensor.detach().cpu().clone() for name, tensor in self.judged.state_dict().items()}
        self.at = Position(
            epoch=at.epoch + 1,
            best_epoch=at.epoch if better else at.best_epoch,
            best_accuracy=max(at.best_accuracy, validation_accuracy),
            history=[*at.history, asdict(line)],
        )
        return line

    def state_dict(self) -> dict[str, Any]:
        """All that a checkpoint needs: tensors, numbers, strings, lists and dicts of them."""
        self.settle()
        average = {} if self.average is None else {"average": self.average.state_dict()}
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "position": asdict(self.at),
            "best": self.best,
            **average,
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, of a state with the same model and recipe."""
        self.model.load_state_dict(saved["model"])
        if self.average is not None:
            self.average.load_state_dict(saved["average"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.scaler.load_state_dict(saved["scaler"])
        self.at, self.best = Position(**saved["position"]), saved["best"]
