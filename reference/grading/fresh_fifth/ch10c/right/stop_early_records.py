"""Lists the epochs that set a record, and looks for the first gap between them that is longer than the patience."""

from itertools import accumulate, pairwise


def stop_early(accuracies: list[float], patience: int | None) -> tuple[int, int]:
    n = len(accuracies)
    if patience is None:
        return n, n
    highs = list(accumulate(accuracies, max))
    records = [1] + [i + 2 for i, (a, b) in enumerate(pairwise(highs)) if b > a]
    for record, following in pairwise([*records, n + patience + 1]):
        if following - record > patience:
            return min(n, record + patience), record
    raise AssertionError("the last gap is always long enough")
