"""Only an epoch that is worse than the one before counts.

loses: stop_epochs
says: in a row
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    waited = 0
    for epoch in range(1, len(accuracies)):
        waited = waited + 1 if accuracies[epoch] < accuracies[epoch - 1] else 0
        if waited >= patience:
            return epoch + 1, accuracies.index(max(accuracies[: epoch + 1])) + 1
    return len(accuracies), accuracies.index(max(accuracies)) + 1
