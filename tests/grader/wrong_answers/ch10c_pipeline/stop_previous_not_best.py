"""An epoch is compared with the one before it.

loses: stop_epochs
says: in a row
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    waited = 0
    for epoch in range(1, len(accuracies)):
        waited = 0 if accuracies[epoch] > accuracies[epoch - 1] else waited + 1
        if waited >= patience:
            return epoch + 1, accuracies.index(max(accuracies[: epoch + 1])) + 1
    return len(accuracies), accuracies.index(max(accuracies)) + 1
