"""Accuracies are compared with three digits.

loses: stop_epochs
says: however little
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if round(accuracy, 3) > round(accuracies[best], 3):
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(accuracies), best + 1
