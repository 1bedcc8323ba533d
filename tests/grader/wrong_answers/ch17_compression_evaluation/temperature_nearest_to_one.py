"""Of equal losses the temperature nearest to 1.

loses: temperature_choice
says: losses within 1e-9 are equal
"""

import math

import torch.nn.functional as F


def best_temperature(logits, labels, temperatures):
    if len(labels) == 0 or len(temperatures) == 0:
        raise ValueError("nothing")
    if any(not t > 0 for t in temperatures):
        raise ValueError("temperature")
    z = logits.double()
    losses = []
    for t in temperatures:
        loss = F.cross_entropy(z / t, labels)
        losses.append(float(loss))
    lowest = min(losses)
    place = min(
        (i for i, loss in enumerate(losses) if loss <= lowest + 1e-9), key=lambda i: abs(math.log(temperatures[i]))
    )
    return temperatures[place], losses[place]
