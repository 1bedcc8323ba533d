"""Gives the number of epochs alone.

loses: stop_epochs
says: epochs trained, epoch kept
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies)
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1
    return len(accuracies)
