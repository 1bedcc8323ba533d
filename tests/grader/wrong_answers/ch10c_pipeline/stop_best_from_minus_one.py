"""The best so far begins at -1: whatever lies below is never kept.

loses: stop_kept
says: that were trained
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    best, kept, waited = -1.0, 1, 0
    for epoch, accuracy in enumerate(accuracies, 1):
        if accuracy > best:
            best, kept, waited = accuracy, epoch, 0
        else:
            waited += 1
        if waited >= patience:
            return epoch, kept
    return len(accuracies), kept
