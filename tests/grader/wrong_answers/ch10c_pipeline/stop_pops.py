"""Takes the accuracies out of the list.

loses: stop_epochs
says: does the function work in place, where it should make
"""


def stop_early(accuracies, patience):
    if patience is None:
        return len(accuracies), len(accuracies)
    best, kept, epoch = None, 0, 0
    while accuracies:
        accuracy = accuracies.pop(0)
        epoch += 1
        if best is None or accuracy > best:
            best, kept = accuracy, epoch
        if epoch - kept >= patience:
            break
    return epoch, kept
