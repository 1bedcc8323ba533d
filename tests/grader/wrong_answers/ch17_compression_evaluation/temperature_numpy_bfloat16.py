"""NumPy doesn't know bfloat16.

loses: temperature_limits
says: NumPy has no bfloat16
"""

import numpy as np
import torch
import torch.nn.functional as F


def best_temperature(logits, labels, temperatures):
    if len(labels) == 0 or len(temperatures) == 0:
        raise ValueError("nothing")
    if any(not t > 0 for t in temperatures):
        raise ValueError("temperature")
    z = torch.from_numpy(logits.detach().numpy().astype(np.float64))
    losses = []
    for t in temperatures:
        loss = F.cross_entropy(z / t, labels)
        losses.append(float(loss))
    lowest = min(losses)
    place = next(i for i, loss in enumerate(losses) if loss <= lowest + 1e-9)
    return temperatures[place], losses[place]
