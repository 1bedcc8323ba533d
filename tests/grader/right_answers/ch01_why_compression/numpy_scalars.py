"""NumPy's scalars come back where numbers are asked for."""

import numpy as np
import torch


def memory_bytes(parameters, bits):
    return np.int64(-(-parameters * bits // 8))


def linear_macs(input_shape, out_features):
    return np.int64(np.prod(np.array(input_shape, dtype=np.int64)) * out_features)


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    rest = budget_bytes - bias * out_features * dtype.itemsize
    return np.int64(np.clip(rest // ((in_features + out_features) * dtype.itemsize), 0, min(in_features, out_features)))
