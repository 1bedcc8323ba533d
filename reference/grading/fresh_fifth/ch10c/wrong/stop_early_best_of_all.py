"""The kept epoch is looked for in the whole list, also behind the stop.

Text: "Those behind the stop never happen." and "Kept is the best epoch so far."
Input: stop_early([0.5, 0.4, 0.9], 1): promised (2, 1), actual (2, 3).
"""


def stop_early(accuracies: list[float], patience: int | None) -> tuple[int, int]:
    n = len(accuracies)
    if patience is None:
        return n, n
    kept = accuracies.index(max(accuracies)) + 1
    best, bad = accuracies[0], 0
    for epoch, accuracy in enumerate(accuracies[1:], start=2):
        if accuracy > best:
            best, bad = accuracy, 0
        else:
            bad += 1
            if bad >= patience:
                return epoch, kept
    return n, kept
