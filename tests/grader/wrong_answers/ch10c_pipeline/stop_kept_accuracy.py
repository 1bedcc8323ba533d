"""The best accuracy is given, not its epoch.

loses: stop_epochs
says: a list of ints
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, accuracies[best]
    return len(accuracies), accuracies[best]
