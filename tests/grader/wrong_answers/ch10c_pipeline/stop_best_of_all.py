"""Kept is the best of all, those behind the stop too.

loses: stop_kept
says: that were trained
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, accuracies.index(max(accuracies)) + 1
    return len(accuracies), best + 1
