"""Moves along the ramp only at every tenth of it, as the paper prunes every some steps: in between the sparsity stands still.

With step=5, start=0, steps=100, initial=0, final=1 the formula promises 1 - 0.95**3 = 0.142625, gives 0."""


def cubic_sparsity(step: int, *, start: int, steps: int, initial: float, final: float) -> float:
    frequency = max(1, steps // 10)
    done = min(max(step - start, 0), steps)
    if done < steps:
        done = done // frequency * frequency
    return final + (initial - final) * (1 - done / steps) ** 3
