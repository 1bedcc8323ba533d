"""Sorts the accuracies in place to find the best.

loses: stop_epochs
says: does the function work in place, where it should make
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    values = list(accuracies)
    accuracies.sort()
    accuracies = values
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(accuracies), best + 1
