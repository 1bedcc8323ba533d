"""How many images a second, for several batch sizes: the more a call has to do, the less its fixed cost matters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compresslab.arguments import whole
from compresslab.benchmark.interleaved import interleave
from compresslab.benchmark.steady import UntilSteady
from compresslab.errors import InputError
from compresslab.evaluation import Interval


@dataclass(frozen=True)
class Throughput:
    """Images a second at one batch size.

    Attributes:
        batch_size: images a call.
        images_per_second: batch size over the median time of a call, so that a few slow calls don't count.
        interval: of `images_per_second`.
        latency_ms: median time of a call. It grows with the batch: more images a second is a longer wait for each.
        rounds: calls that were timed.

    >>> Throughput(8, 400.0, Interval(380.0, 410.0, 0.95), latency_ms=20.0, rounds=30).images_per_second
    400.0
    """

    batch_size: int
    images_per_second: float
    interval: Interval
    latency_ms: float
    rounds: int


def throughput(
    make_call: Callable[[int], Callable[[], object]],
    batch_sizes: Sequence[int],
    *,
    rounds: int = 30,
    warmup: int | UntilSteady = 5,
    threads: int = 1,
    level: float = 0.95,
    seed: int = 0,
) -> list[Throughput]:
    """Measure one model at several batch sizes, interleaved.

    Args:
        make_call: from a batch size to a call that handles a batch of that many images.
        batch_sizes: images a call, each once.
        rounds, warmup, threads, seed: see `interleave`.
        level: coverage of the intervals.

    Returns:
        One for each batch size, in the order given.

    Raises:
        InputError: no batch size, one twice or below 1, or a setting of `interleave` out of its range.

    >>> found = throughput(lambda size: lambda: sum(range(1000 * size)), [1, 4], rounds=5)
    >>> [each.batch_size for each in found]
    [1, 4]
    """
    check_batch_sizes(batch_sizes)
    calls = {str(size): make_call(size) for size in batch_sizes}
    measured = interleave(calls, rounds=rounds, warmup=warmup, threads=threads, seed=seed)
    found = []
    for size in batch_sizes:
        timing = measured.timings[str(size)]
        latency, around = timing.latency_ms(50), timing.latency_interval(50, level=level, seed=seed)
        found.append(
            Throughput(
                batch_size=size,
                images_per_second=1e3 * size / latency,
                interval=Interval(1e3 * size / around.high, 1e3 * size / around.low, level),
                latency_ms=latency,
                rounds=rounds,
            )
        )
    return found


def check_batch_sizes(batch_sizes: Sequence[int]) -> None:
    """Refuse batch sizes that can't be measured: see `throughput`.

    >>> check_batch_sizes([1, 8, 8])
    Traceback (most recent call last):
    compresslab.errors.InputError: batch_sizes=[1, 8, 8] has a size twice: give each once.
    """
    if not batch_sizes:
        raise InputError("batch_sizes is empty: give at least one, such as [1, 8, 64].")
    if len(set(batch_sizes)) < len(batch_sizes):
        raise InputError(f"batch_sizes={list(batch_sizes)} has a size twice: give each once.")
    for size in batch_sizes:
        whole(batch_size=size)
