"""Compare ONNX files that do the same job: size, memory, speed, and where there is data, accuracy.

Every file first runs in a process of its own, which gives its peak memory and keeps what a broken or hostile one does
away from the measurement; only then are all of them timed, interleaved, on the same inputs.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from compresslab.arguments import at_least, one_of, whole
from compresslab.benchmark.accuracy import Accuracy, Answers
from compresslab.benchmark.batch_sizes import Throughput, check_batch_sizes, throughput
from compresslab.benchmark.counters import Energy, energy
from compresslab.benchmark.interleaved import Benchmark, interleave
from compresslab.benchmark.memory import PeakMemory, peak_memory
from compresslab.benchmark.onnx_files import (
    Input,
    Inputs,
    Size,
    inputs_of,
    make_inputs,
    onnx_call,
    prepared_call,
    require_file,
    size_of,
)
from compresslab.benchmark.scenarios import MLPERF_QUERIES, Offline, SingleStream, offline, single_stream
from compresslab.benchmark.steady import UntilSteady
from compresslab.benchmark.timing import Ratio
from compresslab.data import Dataset
from compresslab.errors import InputError
from compresslab.evaluation import check_level

PERCENTILES = (50, 95, 99)
SCENARIOS = ("single-stream", "offline")
AGAIN = " (again)"  # the control: the first file in a second session


@dataclass(frozen=True)
class Measured:
    """What belongs to one file alone. `Comparison` holds the times, which belong together.

    >>> memory, nothing = PeakMemory(10**6, None, None, 10**8), Energy(None, None, 0, 0.0, "no counter")
    >>> Measured("small.onnx", Size(2000, 1000), memory, nothing).memory.needed_bytes
    1000000
    """

    path: str
    size: Size
    memory: PeakMemory
    energy: Energy
    throughputs: Sequence[Throughput] = ()
    accuracy: Accuracy | None = None
    single_stream: SingleStream | None = None
    offline: Offline | None = None


@dataclass(frozen=True)
class Comparison:
    """Everything measured of several files.

    Attributes:
        files: by the end of their path that tells them apart, in the order given; the first is what the others are
            compared with.
        benchmark: their times, and those of the control, the first file once more.
        shapes: of the inputs of every file.
        level: coverage of all intervals.
        settings: that it was made with.

    >>> compare_files([])
    Traceback (most recent call last):
    compresslab.errors.InputError: no file to compare: name at least one ONNX file.
    """

    files: Mapping[str, Measured]
    benchmark: Benchmark
    shapes: Sequence[tuple[int, ...]]
    level: float
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """The first file's name."""
        return next(iter(self.files))

    def ratios(self, clock: Literal["wall", "cpu"] = "wall") -> list[Ratio]:
        """How many times as fast as the first file each one is, the control first."""
        names = [self.reference + AGAIN, *list(self.files)[1:]]
        return [self.benchmark.ratio(name, self.reference, clock=clock, level=self.level) for name in names]

    @property
    def doubt(self) -> str:
        """Why the times should be measured again; "" where nothing speaks against them."""
        return self.benchmark.doubt(self.reference + AGAIN, self.reference, level=self.level)

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        files = {}
        for name, found in self.files.items():
            timing = self.benchmark.timings[name]
            files[name] = asdict(found) | {
                "latency_ms": {
                    f"p{percentile}": {
                        "value": timing.latency_ms(percentile),
                        "interval": asdict(timing.latency_interval(percentile, level=self.level)),
                    }
                    for percentile in PERCENTILES
                },
                "drift": timing.drift,
                "single_stream": found.single_stream.to_dict() if found.single_stream else None,
                "offline": found.offline.to_dict() if found.offline else None,
            }
        return {
            "settings": dict(self.settings),
            "input_shapes": [list(shape) for shape in self.shapes],
            "doubt": self.doubt,
            "files": files,
            "ratios": {
                "wall": [asdict(ratio) for ratio in self.ratios("wall")],
                "cpu": [asdict(ratio) for ratio in self.ratios("cpu")],
            },
            "benchmark": self.benchmark.to_dict(),
        }


def compare_files(
    paths: Sequence[str | os.PathLike[str]],
    *,
    sizes: Mapping[str, int] | None = None,
    batch_sizes: Sequence[int] = (),
    scenarios: Sequence[str] = (),
    queries: int = MLPERF_QUERIES,
    seconds: float = 0.0,
    rounds: int = 100,
    warmup: int | UntilSteady | None = None,
    threads: int = 1,
    level: float = 0.99,
    seed: int = 0,
    dataset: Dataset | None = None,
    timeout_seconds: float = 300.0,
    told: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Measure ONNX files against each other, on inputs made for them.

    Args:
        paths: of files that take inputs of the same types and shapes; the first is the reference.
        sizes: of the inputs' varying dimensions, by name; 1 where none is given.
        batch_sizes: for which images a second are measured too; they need a first dimension that varies.
        scenarios: of `SCENARIOS`, in which each file is measured by itself too, one after the other. "single-stream" is
            one query at a time, a call on the inputs; "offline" is everything at hand from the start, in batches of the
            largest of `batch_sizes`, or of the inputs.
        queries: of a single stream, and samples offline, at least.
        seconds: of each scenario and file, at least; MLPerf asks for 600.
        rounds: timed calls of each file.
        warmup: calls, or a rule; until steady where None.
        threads: of ONNX Runtime's sessions.
        level: coverage of the intervals. At 95% the same file twice, in two sessions, is told apart too often: where a
            session's weights lie in memory makes a difference that more rounds don't average out
            (`reference/measuring/self_test.json`).
        seed: of the inputs, the order within rounds, and the bootstrap.
        dataset: images to measure the accuracy of classifiers on; none where None.
        timeout_seconds: for a file's first run, in a process of its own.
        told: is called with a line at each step.

    Raises:
        InputError: there is no file or one twice, a file is missing, broken, fails, takes too long or gives NaN, files
            take different inputs, or a setting is out of its range. Nothing is returned then.

    >>> compare_files(["missing.onnx"])
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """
    names = [os.fspath(path) for path in paths]
    if not names:
        raise InputError("no file to compare: name at least one ONNX file.")
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{name} is given twice: the first file is timed a second time in any case, as a control.")
    whole(2, rounds=rounds)
    whole(threads=threads)
    check_level(level)

    for scenario in scenarios:
        one_of(SCENARIOS, scenario=scenario)
    whole(2, queries=queries)
    at_least(0, seconds=seconds)

    if batch_sizes:
        check_batch_sizes(batch_sizes)
    for name in names:  # before time is spent on others
        require_file(name)
    memory = {}
    for name in names:
        told(f"running {name} in a process of its own")
        load = partial(prepared_call, name, sizes, seed=seed, threads=threads)
        memory[name] = peak_memory(load, threads=threads, timeout_seconds=timeout_seconds)
    takes = {name: inputs_of(name) for name in names}
    given = _equal_inputs(takes, sizes or {}, seed)
    calls = {name: onnx_call(name, given[name], threads=threads) for name in names}
    batches = {name: _batches(name, takes[name], sizes or {}, seed, threads) for name in names if batch_sizes}
    accuracies = {}
    if dataset is not None:
        answers = Answers(dataset, level)
        for name in names:
            told(f"evaluating {name} on {answers.n:,} images of {dataset.name}")
            accuracies[name] = answers.accuracy(name, takes[name], threads=threads)
    short = _short_names(names)
    told(f"timing {rounds} rounds")
    benchmark = interleave(
        {short[name]: call for name, call in calls.items()}
        | {short[names[0]] + AGAIN: onnx_call(names[0], given[names[0]], threads=threads)},
        rounds=rounds,
        warmup=UntilSteady() if warmup is None else warmup,
        images_per_call=_batch_of(given[names[0]]),
        threads=threads,
        seed=seed,
        data="random inputs",
    )
    files = {}
    for name in names:
        throughputs: Sequence[Throughput] = ()
        if batch_sizes:
            told(f"timing {name} at batches of {', '.join(map(str, batch_sizes))}")
            throughputs = throughput(batches[name], batch_sizes, threads=threads, level=level, seed=seed)
        files[short[name]] = Measured(
            path=name,
            size=size_of(name),
            memory=memory[name],
            energy=energy(calls[name], threads=threads),
            throughputs=throughputs,
            accuracy=accuracies.get(name),
            **_in_scenarios(
                name,
                scenarios,
                calls[name],
                partial(batches[name], max(batch_sizes)) if batch_sizes else None,
                batch_size=max(batch_sizes, default=_batch_of(given[name]) or 1),
                queries=queries,
                seconds=seconds,
                level=level,
                threads=threads,
                told=told,
            ),
        )
    settings = {"sizes": dict(sizes or {}), "rounds": rounds, "threads": threads, "seed": seed, "level": level}
    return Comparison(files, benchmark, [values.shape for values in given[names[0]].values()], level, settings)


def _in_scenarios(
    name: str,
    scenarios: Sequence[str],
    query: Callable[[], object],
    make_batch: Callable[[], Callable[[], object]] | None,
    *,
    batch_size: int,
    queries: int,
    seconds: float,
    level: float,
    threads: int,
    told: Callable[[str], None],
) -> dict[str, Any]:
    """The fields of `Measured` that scenarios fill.

    Args:
        name: of the file.
        scenarios: that were asked for.
        query: a call of the file on the inputs.
        make_batch: makes a call on a batch of `batch_size`; `query` is one where None.
        batch_size, queries, seconds, level, threads, told: see `compare_files`.
    """
    found: dict[str, Any] = {}
    if "single-stream" in scenarios:
        told(f"answering {queries:,} queries or more, one by one, with {name}")
        found["single_stream"] = single_stream(
            query, queries=queries, seconds=seconds, confidence=level, threads=threads
        )
    if "offline" in scenarios:
        told(f"working off {queries:,} samples or more in batches of {batch_size} with {name}")
        found["offline"] = offline(
            make_batch() if make_batch else query,
            batch_size=batch_size,
            samples=max(queries, 2 * batch_size),  # two batches at least, or there is no interval
            seconds=seconds,
            level=level,
            threads=threads,
        )
    return found


def _short_names(paths: Sequence[str]) -> dict[str, str]:
    """The last parts of each path, as many as tell them all apart."""
    parts = {path: Path(path).parts for path in paths}
    for count in range(1, max(map(len, parts.values())) + 1):
        found = {path: str(Path(*each[-count:])) for path, each in parts.items()}
        if len(set(found.values())) == len(paths):
            return found
    return {path: path for path in paths}  # "a.onnx" and "./a.onnx"


def _equal_inputs(takes: Mapping[str, Sequence[Input]], sizes: Mapping[str, int], seed: int) -> dict[str, Inputs]:
    """The same values for every file, under its own names."""
    for size in sizes:
        if not any(size in each.shape for inputs in takes.values() for each in inputs):
            everything = [each for inputs in takes.values() for each in inputs]
            make_inputs(everything, {size: sizes[size]})  # says which there are
    first, expected = next(iter(takes.items()))
    described = {name: [(each.dtype, each.fixed(sizes)) for each in inputs] for name, inputs in takes.items()}
    for name, found in described.items():
        if found == described[first]:
            continue
        (batch, rest), (wanted, same) = _batch_apart(found), _batch_apart(described[first])
        if len(batch) == len(wanted) == 1 and batch != wanted and rest == same:
            raise InputError(
                f"a call of {name} handles a batch of {batch.pop()} and one of {first} a batch of {wanted.pop()}: "
                "compare equal batches, by exporting or setting the same size."
            )
        raise InputError(
            f"{name} takes {_told(found)} and {first} takes {_told(described[first])}: compare files alike."
        )
    values = make_inputs(
        expected, {size: n for size, n in sizes.items() if any(size in e.shape for e in expected)}, seed=seed
    )
    return {
        name: dict(zip((each.name for each in inputs), values.values(), strict=True)) for name, inputs in takes.items()
    }


def _batch_apart(inputs: Sequence[tuple[str, tuple[int, ...]]]) -> tuple[set[int], list[tuple[str, tuple[int, ...]]]]:
    """The first dimensions, and everything else."""
    return {shape[0] for _, shape in inputs if shape}, [(dtype, shape[1:]) for dtype, shape in inputs]


def _told(inputs: Sequence[tuple[str, tuple[int, ...]]]) -> str:
    return ", ".join(f"{dtype} {shape}" for dtype, shape in inputs) or "no inputs"


def _batch_of(inputs: Inputs) -> int | None:
    """The first dimension of the first input, by custom the batch."""
    first = next(iter(inputs.values()), np.zeros(()))
    return first.shape[0] if first.ndim and first.shape[0] else None


def _batches(
    name: str, inputs: Sequence[Input], sizes: Mapping[str, int], seed: int, threads: int
) -> Callable[[int], Callable[[], object]]:
    """From a batch size to a call of a file on a batch of that size."""
    varying = {each.shape[0] for each in inputs if each.shape and isinstance(each.shape[0], str)}
    if not varying:
        raise InputError(
            f"{name} takes batches of one size only: leave out the batch sizes, or export it with a varying one."
        )
    own = {size: n for size, n in sizes.items() if any(size in each.shape for each in inputs)}

    def make(batch: int) -> Callable[[], object]:
        made = make_inputs(inputs, own | {str(size): batch for size in varying}, seed=seed)
        return onnx_call(name, made, threads=threads)

    return make
