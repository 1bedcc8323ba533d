"""An epoch counts as better if it is above the epoch before, not above the best so far.

Text: "An epoch is better if its accuracy is above that of every epoch before it"
Input: stop_early([0.9, 0.1, 0.2, 0.3], 2): promised (3, 1), actual (4, 1).
"""


def stop_early(accuracies: list[float], patience: int | None) -> tuple[int, int]:
    if patience is None:
        return len(accuracies), len(accuracies)
    waited, best = 0, 0
    for epoch in range(1, len(accuracies)):
        if accuracies[epoch] > accuracies[best]:
            best = epoch
        if accuracies[epoch] > accuracies[epoch - 1]:
            waited = 0
        else:
            waited += 1
        if waited == patience:
            return epoch + 1, best + 1
    return len(accuracies), best + 1
