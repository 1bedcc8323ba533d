"""A model to train with masks and learned steps at the same time, and the way out of that training."""

from collections.abc import Collection, Iterable
from typing import Literal

from torch import Tensor, nn

from compresslab.arguments import one_of, whole
from compresslab.errors import InputError
from compresslab.joint.annealed import annealed_magnitude
from compresslab.pruning import gradual_magnitude, make_permanent
from compresslab.pruning.gradual import ScheduledMask
from compresslab.quantization import (
    BitWidths,
    QuantizedLayer,
    RangeMethod,
    fold_after_training,
    prepare_for_training,
)
from compresslab.quantization.aware import Scales

MASKS = ("gradual", "annealed")


def prepare_jointly(
    model: nn.Module,
    calibration: Iterable[Tensor],
    *,
    bits: BitWidths | None,
    sparsity: float,
    steps: int,
    masks: Literal["gradual", "annealed"] = "gradual",
    every: int = 1,
    protect: Collection[str] = (),
    scales: Scales = "learned",
    ranges: RangeMethod = "min_max",
) -> nn.Module:
    """A copy of a trained model whose weights are masked and rounded in every forward pass, both by training.

    Train it with `fit(..., objective=joint_objective(...), after_step=advance)`, and then `finish` it. The mask comes
    before the rounding: a zero is exact in a symmetric grid, so the integers have the zeros too.

    Args:
        model: trained; not modified.
        calibration: batches of inputs, for the first ranges of the activations.
        bits: of weights and activations; None rounds nothing.
        sparsity: share of zeros after `steps`; 0 masks nothing.
        steps: optimizer steps from the first to the last pruning; let some follow, so that the network recovers.
        masks: "gradual": hard all the while, more of them by and by; "annealed": soft until the end.
        every: steps between two prunings; annealed masks change at every step.
        protect: weights that stay whole, by their names in the prepared model, as `prunable_weights` lists them.
        scales, ranges: of the rounding, as in `prepare_for_training`; "learned" makes every scale a parameter (LSQ).

    Raises:
        InputError: there is nothing to do, a setting is out of its range, or as `prepare_for_training`.

    >>> import torch
    >>> from compresslab.models import mlp
    >>> from compresslab.pruning import advance
    >>> model = prepare_jointly(mlp(), [torch.rand(8, 1, 8, 8)], bits=BitWidths(4, 8), sparsity=0.9, steps=2)
    >>> for _ in range(2):
    ...     advance(model)
    >>> 0.89 < float((finish(model).get_submodule("1").layer.weight == 0).float().mean())
    True
    """
    one_of(MASKS, masks=masks)
    whole(steps=steps, every=every)
    if bits is None and not sparsity:
        raise InputError("bits=None and sparsity=0 leave nothing to do: give one of them.")
    prepared = model
    if bits is not None:
        prepared = prepare_for_training(model, calibration, bits=bits, scales=scales, ranges=ranges)
    if sparsity:
        climb = {"start": 0, "steps": steps, "final": sparsity, "protect": protect}
        if masks == "gradual":
            prepared = gradual_magnitude(prepared, every=every, **climb)  # type: ignore[arg-type]
        else:
            prepared = annealed_magnitude(prepared, **climb)  # type: ignore[arg-type]
    return prepared.train()


def finish(model: nn.Module) -> nn.Module:
    """A copy of what was trained, in evaluation mode: masks are zeros, and batch-norms are folded into what is rounded.

    Args:
        model: from `prepare_jointly`, trained to the end of its steps; not modified.

    Raises:
        InputError: the masks have not reached the end of their schedule, so that zeros are missing.

    >>> import torch
    >>> finish(prepare_jointly(nn.Sequential(nn.Linear(4, 2)), [torch.rand(8, 4)], bits=None, sparsity=0.5, steps=9))
    Traceback (most recent call last):
    compresslab.errors.InputError: the masks stand at step 0 of 9: train on, with after_step=advance, before ...
    """
    for mask in model.modules():
        if isinstance(mask, ScheduledMask) and mask.schedule.step < mask.schedule.start + mask.schedule.steps:
            there = mask.schedule.start + mask.schedule.steps
            raise InputError(
                f"the masks stand at step {mask.schedule.step} of {there}: train on, with after_step=advance, before "
                f"the model is finished."
            )
    done = make_permanent(model)
    return fold_after_training(done) if any(isinstance(m, QuantizedLayer) for m in done.modules()) else done.eval()
