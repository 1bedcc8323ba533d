"""Runs an argmax along the list with itertools.accumulate, and takes the first epoch at which it is `patience` old."""

from itertools import accumulate


def stop_early(accuracies: list[float], patience: int | None) -> tuple[int, int]:
    last = len(accuracies) - 1
    if patience is None:
        return last + 1, last + 1

    def better(best, epoch):
        return max(best, epoch, key=lambda e: (accuracies[e], -e))

    leaders = list(accumulate(range(last + 1), better))
    end = next((e for e, best in enumerate(leaders) if e - best == patience), last)
    return end + 1, leaders[end] + 1
