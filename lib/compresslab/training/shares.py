"""One step of training on a batch that is cut into shares, computed by one process or by several.

What a step gives depends on the shares, not on who computes them: each share's gradient weighs as many samples as it
has, all are added up, and every worker makes the same move. One process that computes all shares, one after the other,
therefore gets the model of as many workers, but for the order in which floating-point numbers are added. The same
weights make the metrics those of the whole batch: a mean of the workers' means would be another number wherever their
shares differ in size.

`DistributedDataParallel` wraps the model instead, and starts to send gradients while others are still computed. It fits
`train_step`'s `through`, and is the better choice where sending is slow. Here the objective gets the model itself, so
that one which looks at its layers by name works on any number of workers.
"""

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn

from compresslab.arguments import positive
from compresslab.data import Batch
from compresslab.training.state import State
from compresslab.training.step import Objective, follow_schedule, forward, seed_share

AddUp = Callable[[Sequence[Tensor]], None]
"""Replaces each tensor by its sum over all workers, in place; the workers' tensors have the same shapes."""


def add_nothing(tensors: Sequence[Tensor]) -> None:
    """`AddUp` of a worker that is alone.

    >>> add_nothing([torch.ones(2)])
    """


def step_on_shares(
    state: State,
    shares: Iterable[tuple[int, Batch]],
    objective: Objective,
    *,
    samples: int,
    add_up: AddUp = add_nothing,
    clip_norm: float | None = None,
    after_step: Callable[[nn.Module], None] | None = None,
) -> None:
    """Train on one batch, of which this worker computes some shares, and count it.

    Batch-norm layers normalise each share by its own statistics, as data-parallel training does; the running ones
    become the mean of what they would be after each share. So more shares of one batch are another model, by a little.

    Args:
        state: is changed, on every worker alike. Its model must be in training mode.
        shares: this worker's, as (number, batch). Some may hold no sample.
        objective: from (model, batch) to (loss, logits), the loss a mean over the samples. It must keep nothing from
            one step to the next, as each worker has a copy of its own.
        samples: of the whole batch, all workers together.
        add_up: over the workers; the other workers are in this call at the same time.
        clip_norm: the largest norm of the whole batch's gradient, in true size: under fp16 it is unscaled first.
        after_step: called with the model after the optimizer has moved it, for example to re-apply masks.

    PyTorch's global random state is seeded with the step's number: fork it where others draw from it.

    >>> from compresslab.training import Recipe, cross_entropy
    >>> state = State(nn.Linear(2, 3), Recipe(epochs=1, channels_last=False), steps_per_epoch=1)
    >>> shares = [Batch(torch.randn(n, 2), torch.zeros(n, dtype=torch.long), torch.arange(n)) for n in (2, 1)]
    >>> with torch.random.fork_rng():
    ...     step_on_shares(state, enumerate(shares), cross_entropy(), samples=3)
    >>> state.at.step, state.at.seen
    (1, 3)
    """
    if clip_norm is not None:
        positive(clip_norm=clip_norm)
    follow_schedule(state)
    statistics = _Statistics(state.model)
    totals = torch.zeros(2, device=state.device)  # sum of losses, number right
    for number, batch in shares:
        size = len(batch.labels)
        if not size:  # of a last batch with fewer samples than shares
            continue
        statistics.restore()
        seed_share(state, number)
        loss, logits, labels = forward(state, batch, objective)
        state.scaler.scale(loss * (size / samples)).backward()
        statistics.add(size / samples)
        totals += torch.stack([loss.detach().float() * size, (logits.detach().argmax(dim=1) == labels).sum()])
    _add_up_gradients(state, add_up, [*statistics.changes, totals])
    statistics.settle()
    if clip_norm is not None:
        # A scaled gradient is thousands of times as long: clipped before, hardly anything would be left of it.
        state.scaler.unscale_(state.optimizer)
        nn.utils.clip_grad_norm_(state.model.parameters(), clip_norm)
    state.scaler.step(state.optimizer)
    state.scaler.update()
    state.optimizer.zero_grad(set_to_none=True)
    if after_step:
        after_step(state.model)
    state.moved()
    state.count(totals[0] / samples, totals[1].long(), samples)


def _add_up_gradients(state: State, add_up: AddUp, others: Sequence[Tensor]) -> None:
    """Sum the gradients, and other tensors, over the workers; a parameter that no share used keeps none."""
    if add_up is add_nothing:
        return
    trained = [parameter for parameter in state.model.parameters() if parameter.requires_grad]
    used = torch.tensor([float(parameter.grad is not None) for parameter in trained], device=state.device)
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in trained]
    add_up([*gradients, used, *others])
    for parameter, gradient, count in zip(trained, gradients, used.tolist(), strict=True):
        parameter.grad = gradient if count else None


class _Statistics:
    """What a forward pass changes beside gradients, such as batch-norm's running means: averaged over the shares.

    The average is taken of the changes: what no share changes, a mask say, stays exactly as it was.
    """

    def __init__(self, model: nn.Module) -> None:
        self._tensors = [buffer for buffer in model.buffers() if buffer.dtype != torch.bool]
        self._before = [buffer.clone() for buffer in self._tensors]
        self.changes = [torch.zeros_like(buffer, dtype=_fractional(buffer)) for buffer in self._tensors]

    def restore(self) -> None:
        """Let the next share start from where the step did."""
        with torch.no_grad():
            for tensor, before in zip(self._tensors, self._before, strict=True):
                tensor.copy_(before)

    def add(self, weight: float) -> None:
        """Take in what a share of this weight has changed."""
        for tensor, before, change in zip(self._tensors, self._before, self.changes, strict=True):
            moved = tensor != before  # infinity less itself would be NaN
            change += weight * torch.where(moved, tensor - before, 0)

    def settle(self) -> None:
        """Move from where the step started by the average change."""
        with torch.no_grad():
            for tensor, before, change in zip(self._tensors, self._before, self.changes, strict=True):
                whole = not tensor.is_floating_point()  # a count of batches, by which all shares move on alike
                tensor.copy_(before + (change.round().to(before.dtype) if whole else change))


def _fractional(buffer: Tensor) -> torch.dtype:
    return buffer.dtype if buffer.is_floating_point() else torch.float32
