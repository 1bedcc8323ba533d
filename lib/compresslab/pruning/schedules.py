"""How sparse, when: what share to remove in each of several rounds, or after each step of training."""

from compresslab.errors import InputError


def step_fraction(sparsity: float, rounds: int) -> float:
    """The share of the *remaining* weights to remove in each of `rounds` equal rounds, 1 - (1 - s)^(1/n).

    What remains shrinks by the same factor each time: (1 - fraction)^n = 1 - s. (s^(1/n), often seen, is wrong: two
    rounds towards 50% would remove 71% each and end at 91%.)
    """
    _require_share(sparsity=sparsity)
    _require_at_least(1, rounds=rounds)
    return 1 - (1 - sparsity) ** (1 / rounds)


def iterative_sparsities(sparsity: float, rounds: int) -> tuple[float, ...]:
    """The total sparsity after each round, 1 - (1 - s)^(k/n) for k = 1 to n. The last is exactly `sparsity`."""
    _require_share(sparsity=sparsity)
    _require_at_least(1, rounds=rounds)
    return (*(1 - (1 - sparsity) ** (k / rounds) for k in range(1, rounds)), sparsity)


def cubic_sparsity(step: int, *, start: int, steps: int, initial: float = 0.0, final: float) -> float:
    """Gradual pruning's total sparsity after `step` steps: fast at first, while there is much to spare, then slower.

    final + (initial - final) * (1 - (step - start) / steps)^3, `initial` before `start`, `final` from `start + steps`.

    Args:
        step: optimizer steps done.
        start: steps before pruning begins.
        steps: length of the climb.
        initial, final: sparsity at its two ends, 0 to 1.

    Reference: Zhu and Gupta 2017, "To prune, or not to prune".
    """
    require_climb(start=start, steps=steps, initial=initial, final=final)
    if step >= start + steps:
        return final
    left = 1 - max(0, step - start) / steps
    return final + (initial - final) * left**3 if left < 1 else initial


def require_climb(*, start: int, steps: int, initial: float, final: float) -> None:
    """Raise an `InputError` for settings that make no climb from `initial` up to `final`."""
    _require_at_least(0, start=start)
    _require_at_least(1, steps=steps)
    _require_share(initial=initial, final=final)
    if initial > final:
        raise InputError(f"initial={initial} is above final={final}: sparsity climbs.")


def _require_share(**settings: float) -> None:
    for name, value in settings.items():
        if not 0 <= value <= 1:
            raise InputError(f"{name}={value} is not between 0 and 1.")


def _require_at_least(least: int, **settings: int) -> None:
    for name, value in settings.items():
        if value < least:
            raise InputError(f"{name}={value} must be at least {least}.")
