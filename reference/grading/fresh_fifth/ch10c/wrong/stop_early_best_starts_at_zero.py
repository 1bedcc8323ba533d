"""The best accuracy starts at 0.0: with values of 0 or below, no epoch is ever better, not even the first.

Text: "An epoch is better if its accuracy is above that of every epoch before it; the first one is." (accuracies: "finite numbers")
Input: stop_early([-2.0, -1.5, -1.0], 2): promised (3, 3), actual (2, 1).
"""


def stop_early(accuracies: list[float], patience: int | None) -> tuple[int, int]:
    if patience is None:
        return len(accuracies), len(accuracies)
    best_accuracy, best_epoch, without = 0.0, 1, 0
    trained = 0
    for epoch, accuracy in enumerate(accuracies, start=1):
        trained = epoch
        if accuracy > best_accuracy:
            best_accuracy, best_epoch, without = accuracy, epoch, 0
        else:
            without += 1
        if without >= patience:
            break
    return trained, best_epoch
