"""Compress a bit, train, look, and again, until the guard no longer accepts.

Reference: Han et al. 2015, "Learning both Weights and Connections for Efficient Neural Networks" (section 3.4).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import nn

from compresslab.errors import InputError
from compresslab.sensitivity.guard import Verdict


@dataclass(frozen=True)
class Stage:
    """One stage: its setting, and what the guard said before and after the training.

    >>> verdict = Verdict(-0.2, -0.6, 0.1, tolerance_points=1.0, level=0.95, n=2000, groups=450)
    >>> Stage(0.5, before=verdict, after=verdict).recovered_points
    0.0
    """

    setting: float
    before: Verdict
    after: Verdict

    @property
    def recovered_points(self) -> float:
        """What the training brought back."""
        return self.after.points - self.before.points


@dataclass(frozen=True)
class Staged:
    """What staged compression came to.

    Attributes:
        model: of the last stage that was accepted; the one that was given, where none was.
        stages: all that were tried; the last may have been refused.

    >>> Staged(nn.Linear(2, 1), stages=()).setting is None
    True
    """

    model: nn.Module
    stages: tuple[Stage, ...]

    @property
    def setting(self) -> float | None:
        """Of the last accepted stage."""
        accepted = [stage.setting for stage in self.stages if stage.after.decision == "accept"]
        return accepted[-1] if accepted else None


def compress_in_stages(
    model: nn.Module,
    settings: Sequence[float],
    *,
    compress: Callable[[nn.Module, float], nn.Module],
    recover: Callable[[nn.Module, float], nn.Module],
    judge: Callable[[nn.Module], Verdict],
) -> Staged:
    """Go from setting to setting, each from the model that the last one left, up to the first that isn't accepted.

    What is undecided isn't accepted. The many looks at the same samples make an accepted stage a little too
    easy to come by: report on samples that no stage has seen.

    Args:
        model: not modified, if `compress` doesn't.
        settings: from mild to strong, such as total sparsities of 0.5, 0.7, 0.8.
        compress: from a model and a setting to a compressed copy.
        recover: trains it, keeping what was compressed: `fit(..., after_step=keep_masked(masks_of_zeros(model)))`.
        judge: the guard's verdict, such as `guard` of its answers and the original's, on validation samples.

    Raises:
        InputError: there is no setting, or `compress` or `recover` gives no module.

    >>> fine = Verdict(0.0, -0.2, 0.1, tolerance_points=1.0, level=0.95, n=2000, groups=450)
    >>> bad = Verdict(-5.0, -6.0, -4.0, tolerance_points=1.0, level=0.95, n=2000, groups=450)
    >>> verdicts = iter([fine, fine, bad, bad])
    >>> same = lambda model, setting: model
    >>> done = compress_in_stages(nn.Linear(2, 1), [0.5, 0.9, 0.95], compress=same, recover=same,
    ...                           judge=lambda model: next(verdicts))
    >>> done.setting, len(done.stages)
    (0.5, 2)
    """
    if not settings:
        raise InputError("settings is empty: give at least one stage.")
    stages: list[Stage] = []
    for setting in settings:
        compressed = _module(compress(model, setting), "compress")
        before = judge(compressed)
        trained = _module(recover(compressed, setting), "recover")
        stages.append(Stage(setting, before, judge(trained)))
        if stages[-1].after.decision != "accept":
            break
        model = trained
    return Staged(model, tuple(stages))


def _module(made: object, name: str) -> nn.Module:
    if not isinstance(made, nn.Module):
        raise InputError(f"{name} gave back a {type(made).__name__}: return a module, as fit().model.")
    return made
