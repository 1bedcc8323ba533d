"""Epochs that were not better are counted in total.

loses: stop_epochs
says: in a row
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    best, waited = 0, 0
    for epoch, accuracy in enumerate(accuracies[1:], 1):
        if accuracy > accuracies[best]:
            best = epoch
        else:
            waited += 1
        if waited >= patience:
            return epoch + 1, best + 1
    return len(accuracies), best + 1
