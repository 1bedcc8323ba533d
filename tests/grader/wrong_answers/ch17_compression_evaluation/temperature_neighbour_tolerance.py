"""Back from the lowest loss, step by step, as long as each is within 1e-9 of the one before.

loses: temperature_choice
says: within 1e-9 of the lowest of all losses
"""

import torch.nn.functional as F


def best_temperature(logits, labels, temperatures):
    if len(labels) == 0 or not temperatures or not all(t > 0 for t in temperatures):
        raise ValueError("no sample, or a bad temperature")
    z = logits.double()
    losses = [F.cross_entropy(z / t, labels).item() for t in temperatures]
    place = losses.index(min(losses))
    while place > 0 and losses[place - 1] <= losses[place] + 1e-9:
        place -= 1
    return temperatures[place], losses[place]
