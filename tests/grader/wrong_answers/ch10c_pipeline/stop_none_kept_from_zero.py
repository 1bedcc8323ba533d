"""Without patience the last epoch is counted from 0.

loses: stop_kept
says: without patience
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies) - 1
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(accuracies), best + 1
