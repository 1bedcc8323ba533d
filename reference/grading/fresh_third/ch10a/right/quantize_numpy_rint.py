"""NumPy: rint and clip in the precision of x, with a scalar of the same dtype."""
import numpy as np
import torch
from torch import Tensor


def quantize(x: Tensor, scale: float, zero_point: int, *, bits: int, signed: bool) -> Tensor:
    low = -(2 ** (bits - 1)) * signed
    values = x.detach().numpy()
    with np.errstate(over="ignore"):
        steps = np.rint(values / values.dtype.type(scale))
    q = np.clip(steps + zero_point, low, low + 2**bits - 1)
    return torch.from_numpy(np.asarray(q).astype(np.int32)).reshape(x.shape)
