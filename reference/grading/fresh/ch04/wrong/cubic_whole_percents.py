"""Rounds the sparsity to whole percents.

With step=1, start=0, steps=10, initial=0, final=0.8 the formula promises 0.8 * (1 - 0.9**3) = 0.2168, gives 0.22."""


def cubic_sparsity(step: int, *, start: int, steps: int, initial: float, final: float) -> float:
    ahead = 1 - min(1.0, max(0.0, (step - start) / steps))
    return round(final + (initial - final) * ahead**3, 2)
