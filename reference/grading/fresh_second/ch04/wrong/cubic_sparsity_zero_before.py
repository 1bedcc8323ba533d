"""Returns 0 before the ramp begins, as if nothing could be pruned then.

Text: "initial: sparsity before and at the start of the ramp".
Input: step 0, start 10, steps 10, initial 0.3, final 0.9 gives 0.0; promised is 0.3.
"""


def cubic_sparsity(step: int, *, start: int, steps: int, initial: float, final: float) -> float:
    if step < start:
        return 0.0
    if step >= start + steps:
        return final
    return final + (initial - final) * (1 - (step - start) / steps) ** 3
