"""Accuracies are compared in float32.

loses: stop_epochs
says: however little
"""

import torch


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    values = torch.tensor(accuracies, dtype=torch.float32)
    best = 0
    for epoch in range(len(values)):
        if values[epoch] > values[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(accuracies), best + 1
