"""It trains to the end, and keeps the best.

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
    return len(accuracies), best + 1
