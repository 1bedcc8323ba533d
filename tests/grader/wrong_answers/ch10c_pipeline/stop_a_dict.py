"""Gives a dict.

loses: stop_epochs
says: epochs trained, epoch kept
"""


def stop_early(accuracies, patience):
    if patience is None:
        return {"epochs": len(accuracies), "kept": len(accuracies)}
    best = 0
    for epoch, accuracy in enumerate(accuracies):
        if accuracy > accuracies[best]:
            best = epoch
        if epoch - best >= patience:
            return {"epochs": epoch + 1, "kept": best + 1}
    return {"epochs": len(accuracies), "kept": best + 1}
