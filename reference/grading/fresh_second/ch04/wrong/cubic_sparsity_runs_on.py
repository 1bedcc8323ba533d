"""Holds the initial sparsity before the ramp, but goes on along the cubic curve after its end.

Text: "final: sparsity at its end and ever after".
Input: step 20, start 0, steps 10, initial 0.0, final 0.8 gives 1.6; promised is 0.8.
"""


def cubic_sparsity(step: int, *, start: int, steps: int, initial: float, final: float) -> float:
    if step <= start:
        return initial
    ahead = 1 - (step - start) / steps
    return final + (initial - final) * ahead**3
