"""The caller's list is sorted.

loses: temperature_choice
says: argument 2
"""

import torch.nn.functional as F


def best_temperature(logits, labels, temperatures):
    if len(labels) == 0 or len(temperatures) == 0:
        raise ValueError("nothing")
    if any(not t > 0 for t in temperatures):
        raise ValueError("temperature")
    z = logits.double()
    losses = []
    temperatures.sort(reverse=True)
    for t in temperatures:
        loss = F.cross_entropy(z / t, labels)
        losses.append(float(loss))
    lowest = min(losses)
    place = next(i for i, loss in enumerate(losses) if loss <= lowest + 1e-9)
    return temperatures[place], losses[place]
