"""It stops an epoch too early.

loses: stop_epochs
says: in a row
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        if epoch > best and epoch - best + 1 >= patience:
            return epoch + 1, best + 1
    return len(accuracies), best + 1
