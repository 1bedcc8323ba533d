"""Only the first temperature is looked at.

loses: temperature_limits
says: a temperature of 0 or less
"""

import torch.nn.functional as F


def best_temperature(logits, labels, temperatures):
    if len(labels) == 0 or len(temperatures) == 0:
        raise ValueError("nothing")
    if not temperatures[0] > 0:
        raise ValueError("temperature")
    z = logits.double()
    losses = []
    for t in temperatures:
        loss = F.cross_entropy(z / t, labels)
        losses.append(float(loss))
    lowest = min(losses)
    place = next(i for i, loss in enumerate(losses) if loss <= lowest + 1e-9)
    return temperatures[place], losses[place]
