"""Error bars as matplotlib takes them: how far an interval reaches below and above each value."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def error_bars(values: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> NDArray[np.float64]:
    """The reach of intervals, (2, n): never negative, which matplotlib refuses.

    An interval of no width has its ends at the value, or beside it by a rounding error; one that lies beside its value,
    as a bootstrap of few samples can, reaches from the value to its far end.

    Args:
        values: (n,) at which the bars are drawn.
        lows, highs: (n,) ends of the intervals, in the unit of `values`.

    >>> error_bars([2.0, 3.0], lows=[1.5, 3.1], highs=[2.25, 3.0])
    array([[0.5 , 0.  ],
           [0.25, 0.  ]])
    """
    centre = np.asarray(values, dtype=float)
    reach = np.stack([centre - np.asarray(lows, dtype=float), np.asarray(highs, dtype=float) - centre])
    return np.maximum(reach, 0.0)
