"""Judges many submissions at a time on the machines of a Ray cluster. Needs the extra `scale`."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from classroom.judging.parallel import within_deadline
from classroom.judging.tasks import Task, judge_task, not_judged
from compresslab.errors import InputError


def over_machines(tasks: Iterable[Task], address: str) -> Iterator[tuple[Task, dict[str, Any]]]:
    """Judge them, in any order; each machine needs this course installed at the same version, and bubblewrap.

    Args:
        tasks: taken one by one as there is room.
        address: of the cluster, as `ray.init` takes it: "auto", "ray://head:10001", or "local" for this machine alone.

    Yields:
        A task and what came of it.

    Raises:
        InputError: Ray is not installed, or the cluster is not there.
    """
    try:
        import ray
    except ImportError as error:
        raise InputError("Ray is not installed: `pip install -e '.[scale]'`, here and on each machine.") from error
    try:
        ray.init(address=address, log_to_driver=False)
    except Exception as error:  # Ray raises that very class where a node is slow to start
        raise InputError(f"no Ray cluster at {address}: {error}") from error
    try:
        judge = ray.remote(max_retries=2)(within_deadline)  # Ray keeps its processes, and so the fork servers
        left = iter(tasks)
        running: dict[Any, Task] = {}
        while True:
            room = 2 * int(ray.cluster_resources().get("CPU", 1)) - len(running)
            for task in islice(left, max(room, 0)):
                running[judge.remote(judge_task, task)] = task
            if not running:
                return
            (done,), _ = ray.wait(list(running))
            task = running.pop(done)
            try:
                result = ray.get(done)
            except ray.exceptions.RayTaskError as error:  # what the judge raised: there is no sandbox, say
                raise error.cause from error
            except ray.exceptions.RayError:  # it crashed, took a machine's memory, or the machine was lost: as often
                result = not_judged(task, "the judge itself ended over it, several times")
            yield task, result
    finally:
        ray.shutdown()
