"""A temperature takes over where its loss is more than 1e-9 below the lowest so far.

loses: temperature_choice
says: within 1e-9 of the lowest of all losses
"""

import torch.nn.functional as F


def best_temperature(logits, labels, temperatures):
    if len(labels) == 0 or not temperatures or not all(t > 0 for t in temperatures):
        raise ValueError("no sample, or a bad temperature")
    z = logits.double()
    losses = [F.cross_entropy(z / t, labels).item() for t in temperatures]
    best = temperatures[0], losses[0]
    for pair in zip(temperatures, losses, strict=True):
        best = pair if best[1] - pair[1] > 1e-9 else best
    return best
