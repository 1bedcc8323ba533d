"""Goes through NumPy, which refuses a parameter.

loses: quantize_steps
says: an answer
"""

import numpy as np
import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.from_numpy(np.round(x.numpy() / scale)) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
