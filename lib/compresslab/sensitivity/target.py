"""The mildest setting whose measured size, or latency, meets a target: bisection that ends."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from compresslab.arguments import positive
from compresslab.errors import InputError
from compresslab.sensitivity.allocation import Allocation, Options, allocate_exactly, least_bytes
from compresslab.sensitivity.techniques import Technique


@dataclass(frozen=True)
class Reached:
    """What a search found.

    Attributes:
        setting: the mildest one found that meets the target.
        measured: at this setting, never predicted.
        trials: every (setting, measured) in the order of the search.

    >>> Reached(0.75, 980.0, ((1.0, 0.0), (0.75, 980.0))).measured
    980.0
    """

    setting: float
    measured: float
    trials: tuple[tuple[float, float], ...]


def search_setting(
    measure: Callable[[float], float], target: float, *, mildest: float, strongest: float, tolerance: float
) -> Reached:
    """Bisect for the mildest setting at which `measure` is at most `target`.

    The strongest setting is measured first, so that an unreachable target is refused before anything else is tried.
    After that the bracket is halved until it is no wider than `tolerance`: 2 + ceil(log2(width / tolerance)) calls at
    most, whatever is measured. Where the measure doesn't fall steadily (latencies, gzip), what is returned still met
    the target when it was measured, but a milder setting may have done so too.

    Args:
        measure: bytes of the file that is really written, or milliseconds, at a setting. Bytes by a count of
            parameters never change under pruning.
        target: the most that is allowed.
        mildest, strongest: ends of the range; sparsity rises from one to the other, a budget of bytes falls.
        tolerance: width of the bracket at which the search ends, in the unit of the setting.

    Raises:
        InputError: the target is not reached at the strongest setting, whose measure is named; a measure is NaN; or
            the range is empty.

    >>> found = search_setting(lambda sparsity: 1000 * (1 - sparsity), 300, mildest=0, strongest=1, tolerance=0.01)
    >>> 0.7 <= found.setting < 0.71, len(found.trials)
    (True, 9)
    """
    positive(tolerance=tolerance)
    if not (math.isfinite(mildest) and math.isfinite(strongest)) or mildest == strongest:
        raise InputError(f"mildest={mildest} and strongest={strongest}: give the two ends of a range.")
    if not math.isfinite(target):
        raise InputError(f"target={target} must be finite.")
    trials: list[tuple[float, float]] = []

    def fits(setting: float) -> bool:
        value = float(measure(setting))
        if math.isnan(value):
            raise InputError(f"the measure at setting {setting:g} is NaN: it must be a number.")
        trials.append((setting, value))
        return value <= target

    strong, mild = float(strongest), float(mildest)
    if not fits(strong):
        least = trials[0][1]
        unmoved = float(measure(mild)) == least
        hint = " The mildest gives the same: does the measure see the compression?" if unmoved else ""
        raise InputError(
            f"target={target:,g} can't be reached: the strongest setting, {strong:g}, gives {least:,g}.{hint}"
        )
    if fits(mild):
        return Reached(mild, trials[-1][1], tuple(trials))
    while abs(strong - mild) > tolerance:
        middle = (strong + mild) / 2
        if middle in (strong, mild):  # a tolerance below what floats can tell apart
            break
        if fits(middle):
            strong = middle
        else:
            mild = middle
    return Reached(strong, dict(trials)[strong], tuple(trials))


def allocate_to_size(
    model: nn.Module,
    technique: Technique,
    options: Options,
    target_bytes: float,
    *,
    fixed_bytes: int = 0,
    tolerance: float = 0.002,
) -> Allocation:
    """The allocation of least predicted loss whose file, really written, has at most `target_bytes`.

    Options have the bytes of files in which one layer was compressed, and gzip makes something else of all of them
    together. So the budget that is allocated is searched for.

    Args:
        model: that was scanned; not modified.
        technique: the scan's.
        options, fixed_bytes: those of the scan, or chosen from them.
        target_bytes: of the file.
        tolerance: of the budget, as a share of the target.

    Raises:
        InputError: the target is below the smallest file that the options give, which is named.

    >>> from compresslab.data import Batches, load
    >>> from compresslab.models import mlp
    >>> from compresslab.sensitivity import PRUNING, scan
    >>> digits, model = load("digits"), mlp(hidden=[32])
    >>> found = scan(model, Batches(digits, digits.validation, 500), PRUNING, settings=[0.3, 0.6, 0.9])
    >>> allocation = allocate_to_size(model, PRUNING, found.options(), 6_000, fixed_bytes=found.fixed_bytes)
    >>> PRUNING.stored_bytes(model, allocation.settings) <= 6_000
    True
    """
    kept: dict[float, Allocation] = {}

    def file_bytes(budget: float) -> float:
        kept[budget] = allocate_exactly(options, budget, fixed_bytes=fixed_bytes)
        return technique.stored_bytes(model, kept[budget].settings)

    strongest = least_bytes(options, fixed_bytes=fixed_bytes)
    largest = fixed_bytes + sum(max(option.size_bytes for option in each) for each in options.values())
    mildest = max(largest, strongest + 1)
    width = max(1.0, tolerance * abs(target_bytes)) if math.isfinite(target_bytes) else 1.0
    reached = search_setting(file_bytes, target_bytes, mildest=mildest, strongest=strongest, tolerance=width)
    return kept[reached.setting]
