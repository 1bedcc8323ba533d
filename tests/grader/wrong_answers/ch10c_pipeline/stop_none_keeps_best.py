"""Without patience the best epoch is kept.

loses: stop_kept
says: without patience
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), accuracies.index(max(accuracies)) + 1
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(accuracies), best + 1
