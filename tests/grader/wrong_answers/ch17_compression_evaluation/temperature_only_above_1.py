"""Only temperatures of at least 1 are tried.

loses: temperature_choice
says: a model that is always right
"""

import torch.nn.functional as F


def best_temperature(logits, labels, temperatures):
    if len(labels) == 0 or len(temperatures) == 0:
        raise ValueError("nothing")
    if any(not t > 0 for t in temperatures):
        raise ValueError("temperature")
    z = logits.double()
    losses = []
    for t in temperatures:
        loss = F.cross_entropy(z / max(t, 1.0), labels) + (t < 1) * 100
        losses.append(float(loss))
    lowest = min(losses)
    place = next(i for i, loss in enumerate(losses) if loss <= lowest + 1e-9)
    return temperatures[place], losses[place]
