"""Rounds in NumPy, where the history is lost.

loses: round_gradient
says: the gradient of x itself
"""

import torch


def round_ste(x):
    import numpy as np

    return torch.from_numpy(np.asarray(np.round(x.detach().numpy()))) + 0 * x
