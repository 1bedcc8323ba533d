"""An epoch that equals the best doesn't count as one that is not better.

loses: stop_epochs
says: in a row
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    best, waited = 0, 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        waited = waited + 1 if accuracy < accuracies[best] else 0
        if waited >= patience:
            return epoch + 1, best + 1
    return len(accuracies), best + 1
