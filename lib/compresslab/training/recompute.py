"""Gradient checkpointing: blocks that keep no activations for the backward pass, which computes them again.

Training keeps every layer's output until its gradient is there. A block that keeps its input alone costs a second
forward pass of its own, and makes room for larger batches or models.

Reference:
    Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost".
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from compresslab.data import Batch
from compresslab.errors import InputError
from compresslab.training.step import Objective


def recomputing(objective: Objective, blocks: Sequence[str]) -> Objective:
    """The same objective with the same gradients, for which the model keeps fewer activations.

    Args:
        objective: from (model, batch) to (loss, logits).
        blocks: names of the model's modules, as `named_modules` gives them, whose activations are computed again. None
            may lie within another. Dropout draws the same again, and batch-norm's running statistics move once.

    Raises:
        InputError: no block is named, or one lies within another; or, from the objective, the model has no such module.

    >>> from compresslab.training import cross_entropy
    >>> import torch
    >>> model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 3))
    >>> batch = Batch(torch.ones(4, 2), torch.zeros(4, dtype=torch.long), torch.arange(4))
    >>> loss, _ = recomputing(cross_entropy(), ["0"])(model, batch)
    >>> loss.backward()
    """
    if not blocks:
        raise InputError("blocks is empty: name the modules whose activations are to be computed again.")
    for name in blocks:
        inside = [other for other in blocks if other != name and other.startswith(f"{name}.")]
        if inside or not name:
            raise InputError(f"blocks holds {name!r} and what lies in it, {inside}: name one of the two.")

    def thrifty(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        modules = dict(model.named_modules())
        missing = [name for name in blocks if name not in modules]
        if missing:
            raise InputError(f"the model has no module {missing[0]!r}: choose from {', '.join(filter(None, modules))}.")
        with ExitStack() as patched:
            for name in blocks:
                patched.enter_context(_keeping_nothing(modules[name]))
            return objective(model, batch)

    return thrifty


@contextmanager
def _keeping_nothing(block: nn.Module) -> Iterator[None]:
    """Let a block's calls keep their inputs alone. The block itself, its names and its type stay as they are."""
    plain = block.forward

    def forward(*inputs: Any, **settings: Any) -> Any:
        contexts = partial(_contexts, block)
        return checkpoint(plain, *inputs, use_reentrant=False, context_fn=contexts, **settings)

    block.forward = forward
    try:
        yield
    finally:
        del block.forward


def _contexts(block: nn.Module) -> tuple[Any, Any]:
    """Around the forward pass, and around its repetition."""
    return ExitStack(), _statistics_at_rest(block)


@contextmanager
def _statistics_at_rest(block: nn.Module) -> Iterator[None]:
    """Batch-norm that normalises by its batch, and doesn't count it: the first pass has done that."""
    before = [
        (module, module.momentum, module.num_batches_tracked, module.num_batches_tracked.clone())
        for module in block.modules()
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.num_batches_tracked is not None
    ]
    for norm, *_ in before:
        norm.momentum = 0.0
    try:
        yield
    finally:
        for norm, momentum, counter, count in before:
            norm.momentum = momentum
            counter.copy_(count)
