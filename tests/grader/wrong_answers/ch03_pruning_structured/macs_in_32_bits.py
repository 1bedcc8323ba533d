"""NumPy's 32-bit integers overflow.

loses: macs_both_sides
says: than 32 bits can count
"""

import numpy as np


def pruned_macs(convs, kept):
    outs = np.array([kept.get(i, c[1]) for i, c in enumerate(convs)], dtype=np.int32)
    ins = np.array([convs[0][0], *outs[:-1]], dtype=np.int32)
    k = np.array([c[2] for c in convs], dtype=np.int32)
    px = np.array([c[3] for c in convs], dtype=np.int32)
    return int((ins * outs * k * k * px).sum())
