"""On how many threads a measurement runs: set for its time, and put back.

PyTorch has one setting for the process. ONNX Runtime has one for each session, fixed when the session is made
(`onnx_session.session_options`): there is nothing to put back, but something to compare, which `require_threads` does.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch

from compresslab.arguments import whole
from compresslab.errors import InputError


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Run PyTorch's operators on `count` threads, and on as many as before afterwards.

    Raises:
        InputError: `count` is not a whole number of at least 1.

    >>> with torch_threads(1):
    ...     torch.get_num_threads()
    1
    """
    whole(threads=count)
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def require_threads(calls: Mapping[str, Callable[[], object]], threads: int) -> None:
    """Refuse calls whose runtime was built for another number of threads; those that have none of their own pass.

    Args:
        calls: by name. One that runs on threads of its own says on how many in its attribute `threads`.
        threads: of the measurement.

    Raises:
        InputError: a call runs on another number.

    >>> require_threads({"a": lambda: None}, threads=2)
    """
    for name, call in calls.items():
        own = getattr(call, "threads", threads)
        if own != threads:
            raise InputError(
                f"{name!r} was opened with {own} threads and is to be timed with {threads}: "
                f"open it with threads={threads}."
            )


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """No garbage collection inside: it would strike one variant's call and not another's.

    >>> with no_garbage_collection():
    ...     gc.isenabled()
    False
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
