"""Puts the accuracies into a float32 tensor: two that differ in the 9th digit become equal.

Text: "An epoch is better if its accuracy is above that of every epoch before it"
Input: stop_early([0.9, 0.90000000001], 1): promised (2, 2), actual (2, 1).
"""

import torch


def stop_early(accuracies: list[float], patience: int | None) -> tuple[int, int]:
    values = torch.tensor(accuracies, dtype=torch.float32)
    if patience is None:
        return len(values), len(values)
    best = 0
    for epoch in range(1, len(values)):
        if values[epoch] > values[best]:
            best = epoch
        elif epoch - best >= patience:
            return epoch + 1, best + 1
    return len(values), best + 1
