"""Of equals the last is kept.

loses: stop_kept
says: of equals the first
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, max(range(epoch + 1), key=lambda i: (accuracies[i], i)) + 1
    return len(accuracies), max(range(len(accuracies)), key=lambda i: (accuracies[i], i)) + 1
