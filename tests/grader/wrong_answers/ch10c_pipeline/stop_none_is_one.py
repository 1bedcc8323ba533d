"""Without patience it stops at the first epoch that isn't better.

loses: stop_epochs
says: in a row
"""


def stop_early(accuracies, patience):
    patience = patience or 1
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(accuracies), best + 1
