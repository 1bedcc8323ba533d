"""Right: np.interp limits the share of the ramp by itself; the result is a NumPy float64, which is a float."""
import numpy as np


def cubic_sparsity(step: int, *, start: int, steps: int, initial: float, final: float) -> float:
    ahead = np.interp(step, [start, start + steps], [1.0, 0.0])
    return np.polyval([initial - final, 0.0, 0.0, final], ahead)
