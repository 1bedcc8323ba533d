"""`sweep` through Ray: a task for each trial, as many at a time as there are workers. Needs the extra `scale`."""

from collections.abc import Iterator
from contextlib import contextmanager

from compresslab.search.sweep import Answer, Asked, Objective, Place, attempt
from compresslab.training.on_ray import cluster

_LOST = 3  # so many times a trial is started again whose worker died; then it has failed


@contextmanager
def workers_on_ray(address: str, workers: int) -> Iterator[Place]:
    """The place of trials that Ray's workers compute.

    A worker that dies, as by lack of memory, costs its trial, which is started again on another.

    Args:
        address, workers: of `sweep`.

    Raises:
        InputError: Ray or the cluster is not there.

    >>> with workers_on_ray("local", workers=0):
    ...     pass
    Traceback (most recent call last):
    compresslab.errors.InputError: workers=0 must be a whole number of at least 1.
    """
    with cluster(address, workers) as ray:
        task = ray.remote(attempt).options(num_cpus=1, max_retries=_LOST)

        def run(objective: Objective, asked: list[Asked]) -> Iterator[Answer]:
            sent, waiting = ray.put(objective), list(reversed(asked))  # each machine fetches it once
            running: dict[object, Asked] = {}
            while waiting or running:
                while waiting and len(running) < workers:
                    following = waiting.pop()
                    running[task.remote(sent, following)] = following
                (ready,), _ = ray.wait(list(running), num_returns=1)
                number, _ = running.pop(ready)
                try:
                    yield ray.get(ready)
                except ray.exceptions.RayError as error:
                    yield number, None, f"the worker was lost {_LOST + 1} times: {type(error).__name__}", 0.0

        yield run
