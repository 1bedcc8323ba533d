"""How sparse, when: what share to remove in each of several rounds, or after each step of training."""

from compresslab.arguments import share, whole
from compresslab.errors import InputError


def step_fraction(sparsity: float, rounds: int) -> float:
    """The share of the *remaining* weights to remove in each of `rounds` equal rounds, 1 - (1 - s)^(1/n).

    What remains shrinks by the same factor each time: (1 - fraction)^n = 1 - s. (s^(1/n), often seen, is wrong: two
    rounds towards 50% would remove 71% each and end at 91%.)

    Args:
        sparsity: total share of zeros to reach, 0 to 1.
        rounds: at least 1.

    Raises:
        InputError: a setting is out of its range.

    >>> round(step_fraction(0.75, rounds=2), 3)  # half, and half of the rest
    0.5
    """
    share(sparsity=sparsity)
    whole(rounds=rounds)
    return 1 - (1 - sparsity) ** (1 / rounds)


def iterative_sparsities(sparsity: float, rounds: int) -> tuple[float, ...]:
    """The total sparsity after each round, 1 - (1 - s)^(k/n) for k = 1 to n. The last is exactly `sparsity`.

    Arguments and errors are those of `step_fraction`.

    >>> iterative_sparsities(0.75, rounds=2)
    (0.5, 0.75)
    """
    share(sparsity=sparsity)
    whole(rounds=rounds)
    return (*(1 - (1 - sparsity) ** (k / rounds) for k in range(1, rounds)), sparsity)


def cubic_sparsity(step: int, *, start: int, steps: int, initial: float = 0.0, final: float) -> float:
    """Gradual pruning's total sparsity after `step` steps: fast at first, while there is much to spare, then slower.

    final + (initial - final) * (1 - (step - start) / steps)^3, `initial` before `start`, `final` from `start + steps`.

    Args:
        step: optimizer steps done.
        start: steps before pruning begins.
        steps: length of the climb.
        initial, final: sparsity at its two ends, 0 to 1.

    Raises:
        InputError: a setting is out of its range, or `initial` is above `final`.

    Reference: Zhu and Gupta 2017, "To prune, or not to prune".

    >>> [round(cubic_sparsity(step, start=0, steps=10, final=0.8), 3) for step in (0, 5, 10)]
    [0.0, 0.7, 0.8]
    """
    require_climb(start=start, steps=steps, initial=initial, final=final)
    if step >= start + steps:
        return final
    left = 1 - max(0, step - start) / steps
    return final + (initial - final) * left**3 if left < 1 else initial


def require_climb(*, start: int, steps: int, initial: float, final: float) -> None:
    """Raise an `InputError` for settings that make no climb from `initial` up to `final`.

    >>> require_climb(start=0, steps=10, initial=0.9, final=0.8)
    Traceback (most recent call last):
    compresslab.errors.InputError: initial=0.9 is above final=0.8: sparsity climbs.
    """
    whole(0, start=start)
    whole(steps=steps)
    share(initial=initial, final=final)
    if initial > final:
        raise InputError(f"initial={initial} is above final={final}: sparsity climbs.")
