"""One step of training: a batch, its loss under autocast, the gradient, and the optimizer's move.

What a step draws at random (dropout) depends on the recipe's seed and the step's number alone, and so does its
learning rate. Whoever takes the same steps therefore gets the same model, however often the run was interrupted.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import share
from compresslab.data import Batch
from compresslab.training.recipe import one_cycle
from compresslab.training.state import State

Objective = Callable[[nn.Module, Batch], tuple[Tensor, Tensor]]
"""From a model and a batch on the same device to (scalar loss, logits (N, classes))."""


def cross_entropy(label_smoothing: float = 0.0) -> Objective:
    """The usual objective: cross-entropy on the labels.

    >>> batch = Batch(torch.zeros(1, 2), torch.tensor([0]), ids=torch.tensor([7]))
    >>> loss, logits = cross_entropy()(nn.Identity(), batch)
    >>> round(loss.item(), 4)  # two classes, equally likely: log 2
    0.6931
    """
    share(label_smoothing=label_smoothing, one=False)

    def objective(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        logits = model(batch.images)
        return F.cross_entropy(logits.float(), batch.labels, label_smoothing=label_smoothing), logits

    return objective


def train_step(
    state: State,
    batch: Batch,
    objective: Objective,
    *,
    after_step: Callable[[nn.Module], None] | None = None,
    through: nn.Module | None = None,
) -> None:
    """Train on one batch, and count it.

    Args:
        state: is changed. Its model must be in training mode, as validation leaves it in the mode it was in.
        batch: on any device.
        objective: from (model, batch) to (loss, logits).
        after_step: called with the model after the optimizer has moved it, for example to re-apply masks.
        through: what the objective calls in the model's place: a wrapper that shares its parameters, such as
            `DistributedDataParallel`, whose backward pass averages the workers' gradients.

    PyTorch's global random state is seeded with the step's number: fork it where others draw from it.

    >>> from compresslab.training import Recipe
    >>> state = State(nn.Linear(2, 3), Recipe(epochs=1, channels_last=False), steps_per_epoch=1)
    >>> with torch.random.fork_rng():
    ...     train_step(state, Batch(torch.randn(4, 2), torch.tensor([0, 1, 2, 0]), torch.arange(4)), cross_entropy())
    >>> state.at.step, state.at.seen
    (1, 4)
    """
    follow_schedule(state)
    seed_share(state, 0)
    loss, logits, labels = forward(state, batch, objective, through=through)
    state.scaler.scale(loss).backward()
    state.scaler.step(state.optimizer)
    state.scaler.update()
    state.optimizer.zero_grad(set_to_none=True)
    if after_step:
        after_step(state.model)
    state.moved()
    state.count(loss.detach(), (logits.detach().argmax(dim=1) == labels).sum(), len(labels))


def follow_schedule(state: State) -> None:
    """Set the optimizer's learning rate to that of the step to come.

    >>> from compresslab.training import Recipe
    >>> state = State(nn.Linear(2, 3), Recipe(epochs=1, learning_rate=0.5, warmup=0.0), steps_per_epoch=1)
    >>> follow_schedule(state)
    >>> state.optimizer.param_groups[0]["lr"]
    0.5
    """
    recipe = state.recipe
    rate = one_cycle(state.number, state.steps, peak=recipe.learning_rate, warmup=recipe.warmup)
    for group in state.optimizer.param_groups:
        group["lr"] = rate


def seed_share(state: State, share: int) -> None:
    """Seed what one share of the present step's batch draws at random (dropout), on every device.

    >>> from compresslab.training import Recipe
    >>> state = State(nn.Linear(2, 3), Recipe(epochs=1), steps_per_epoch=1)
    >>> with torch.random.fork_rng():
    ...     seed_share(state, 1)
    ...     torch.initial_seed() == 1 << 40
    True
    """
    torch.manual_seed(state.recipe.seed * 1_000_003 + state.number + (share << 40))


def forward(
    state: State, batch: Batch, objective: Objective, *, through: nn.Module | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """The loss of a batch under autocast, its logits, and its labels on the model's device.

    Args:
        state, batch, objective, through: of `train_step`.

    >>> from compresslab.training import Recipe
    >>> state = State(nn.Linear(2, 3), Recipe(epochs=1, channels_last=False), steps_per_epoch=1)
    >>> batch = Batch(torch.randn(4, 2), torch.tensor([0, 1, 2, 0]), torch.arange(4))
    >>> loss, logits, labels = forward(state, batch, cross_entropy())
    >>> loss.shape, logits.shape, labels.shape
    (torch.Size([]), torch.Size([4, 3]), torch.Size([4]))
    """
    layout = torch.channels_last if state.recipe.channels_last else torch.contiguous_format
    images = batch.images.to(state.device, memory_format=layout, non_blocking=True)
    labels = batch.labels.to(state.device, non_blocking=True)
    with state.autocast:
        loss, logits = objective(through or state.model, batch._replace(images=images, labels=labels))
    return loss, logits, labels
