"""Two functions by recursion on a step that returns early: accumulate carries state and row, and the route asks its ends first."""

import hashlib
from itertools import accumulate


def _check(scores, raise_at, clear_at, patience):
    if clear_at > raise_at:
        raise ValueError(f"clear_at {clear_at} is above raise_at {raise_at}")
    if patience < 1:
        raise ValueError(f"patience {patience} is below 1")
    for score in scores:
        if score is not None and score != score:
            raise ValueError("a score is NaN")


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    _check(scores, raise_at, clear_at, patience)

    def step(now, score):
        on, row = now
        if score is None:
            return on, row
        calls = score < clear_at if on else score >= raise_at
        if not calls:
            return on, 0
        if row + 1 < patience:
            return on, row + 1
        return not on, 0

    passed = accumulate(scores, step, initial=(False, 0))
    next(passed)
    return [on for on, _ in passed]


def version_for(key: str, salt: str, percent: float) -> str:
    if percent == 0:
        return "stable"
    if percent == 100:
        return "canary"
    if not 0 < percent < 100:
        raise ValueError("percent is from 0 to 100")
    eight = memoryview(hashlib.sha256(f"{salt}/{key}".encode()).digest())[:8]
    return "canary" if int.from_bytes(eight, "big") < percent / 100 * 2**64 else "stable"
