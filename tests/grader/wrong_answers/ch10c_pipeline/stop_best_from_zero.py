"""The best so far begins at an accuracy of 0, which no epoch is above.

loses: stop_epochs
says: in a row
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    best, kept, waited = 0.0, 0, 0
    for epoch, accuracy in enumerate(accuracies, 1):
        if accuracy > best:
            best, kept, waited = accuracy, epoch, 0
        else:
            waited += 1
        if waited >= patience:
            return epoch, kept
    return len(accuracies), kept
