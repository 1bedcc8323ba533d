"""Measures one handed-in file beside the baseline, from outside of the process that runs it.

Everything that comes from there is a claim: logits must be finite float32 of the right shape, times whole numbers, and
text is cut and shown on a line. Whether an answer is right is decided here, where the labels are.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from classroom.capstone import rules, runner
from classroom.capstone.exam import Exam, Part
from classroom.capstone.steps import Points
from classroom.checks.calls import Learner
from classroom.exchange.failures import CheckFailed, LearnerError, NoAnswer
from classroom.exchange.handler import RequestHandler
from classroom.limits import Limits
from classroom.sandbox.fork_server import ForkServer, Session
from classroom.terminal import one_line
from compresslab.errors import InputError
from compresslab.evaluation import Difference, Interval, accuracy_difference, accuracy_interval

MOST_BYTES = 100 * 2**20  # of a file; the course's largest network has 45 MB in fp32
MODULE = "classroom.capstone.runner"
PROCESSES = 5  # fresh ones, since where weights lie in memory makes a difference of a percent for as long as they live
SECONDS = 0.4  # of computing that timed calls may take in each
ROUNDS = (64, 400)  # the least and the most calls of each file there
TIMED = 16  # images that are timed, in turn: a file may take longer for some than for others
FAST = 0.25  # the quantile of an image's times that counts: a busy neighbour lengthens many, but hardly the fastest
DOUBT = 0.05  # of a time, in the learner's favour
_NAMES = ("receive", "look", "start", "answer", "alternate")
_PIECE = 8 * 2**20  # bytes of a file, or of images, in a message
_CHUNK = 250  # images in a message, where they are small
_RESAMPLES = 4_000
_LONGEST_NS = 10**12
_LEVEL = 1 - 0.5 ** (PROCESSES - 1)  # that the least and the largest of several values enclose the true median

BASELINE, FILE = "baseline", "file"
Process = Callable[[int], AbstractContextManager[Learner]]  # from a seed to a process that knows the runner's functions


class Refused(Exception):
    """A file that isn't measured; the message is for its learner and the instructor."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """The file that all others are measured against.

    Attributes:
        data: its bytes.
        test, copies: its logits on the exam's parts.
    """

    data: bytes
    test: Tensor
    copies: Tensor


@dataclass(frozen=True)
class Speed:
    """CPU time for one image alone, on one thread, against the baseline's beside it.

    Attributes:
        percent: of the baseline's time: the median of some processes.
        interval: the least and the largest of those.
        ms, baseline_ms: behind it.
    """

    percent: float
    interval: Interval
    ms: float
    baseline_ms: float

    @property
    def best(self) -> float:
        """What a step is decided by: not the interval's end, which on a busy machine is far out now and then."""
        return (1 - DOUBT) * self.percent


@dataclass(frozen=True)
class Measured:
    """What a file is worth. Shares run from 0 to 1, percentages are of the baseline's.

    Attributes:
        size_bytes, sha256: of the file.
        nodes, weights: see `rules.Look`.
        accuracy, interval: on the exam's half of the test split.
        change: accuracy less the baseline's on the same images, in points.
        copies_accuracy: on the copies.
        gap: how much more of its accuracy than of the baseline's is gone on the copies, in points; see `gap`.
        size_percent: bytes.
        speed: of a call.
        notes: on what is odd.
    """

    size_bytes: int
    sha256: str
    nodes: int
    weights: dict[str, int]
    accuracy: float
    interval: Interval
    change: Difference
    copies_accuracy: float
    gap: Difference
    size_percent: float
    speed: Speed
    notes: list[str] = field(default_factory=list)

    @property
    def best(self) -> dict[str, float]:
        """The three values that steps are decided by: the better ends of their intervals."""
        return {
            "lost": -self.change.interval.high,
            "size_percent": self.size_percent,
            "time_percent": self.speed.best,
        }

    @property
    def points(self) -> Points:
        """What it earns."""
        return Points.of(**self.best)


def processes(fork_server: ForkServer, limits: Limits) -> Process:
    """Processes of a fork server, which has imported `MODULE`: each is made anew and ends with its use."""

    @contextmanager
    def process(seed: int) -> Iterator[Learner]:
        with Session(fork_server, limits, seed) as session:
            raised = session.run(f"from {MODULE} import {', '.join(_NAMES)}")
            if raised:
                raise InputError(f"the sandbox can't import {MODULE}: {raised}.")
            yield Learner(session.ask)

    return process


@contextmanager
def this_process(seed: int) -> Iterator[Learner]:
    """This very process, for a learner's own file where no other can be forked."""
    runner.forget()
    yield Learner(RequestHandler({name: getattr(runner, name) for name in _NAMES}).answer)


def measure_baseline(data: bytes, exam: Exam, process: Process) -> Baseline:
    """The baseline's answers, which it gives once for all.

    Raises:
        InputError: it can't be used as one.
    """
    try:
        with process(0) as learner:
            _send(learner, BASELINE, data)
            _look(learner, BASELINE, exam)
            _start(learner, BASELINE, exam)
            test, copies = (_answers(learner, BASELINE, part, exam.classes) for part in (exam.test, exam.copies))
    except Refused as error:
        raise InputError(f"the baseline can't be used: {error}") from error
    return Baseline(data, test, copies)


def measure(data: bytes, exam: Exam, baseline: Baseline, process: Process, seed: int) -> tuple[Measured, Tensor]:
    """Measure a file.

    Args:
        data: its bytes.
        exam: what it is measured on.
        baseline: measured on the same.
        process: where it runs.
        seed: of the orders of timed calls.

    Returns:
        The figures, and its logits (N, classes) on the exam's copies, which no file can be prepared for.

    Raises:
        Refused: it can't be measured.
    """
    with process(seed) as learner:
        _send(learner, FILE, data)
        found = _look(learner, FILE, exam)
        _start(learner, FILE, exam)
        test, copies = (_answers(learner, FILE, part, exam.classes) for part in (exam.test, exam.copies))
    right, was_right = (_right(logits, exam.test) for logits in (test, baseline.test))
    copies_right, copies_were = (_right(logits, exam.copies) for logits in (copies, baseline.copies))
    lost = right.astype(np.int64) - was_right, copies_right.astype(np.int64) - copies_were
    measured = Measured(
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        nodes=found["nodes"],
        weights=found["weights"],
        accuracy=float(right.mean()),
        interval=accuracy_interval(right, exam.test.groups),
        change=accuracy_difference(right, was_right, exam.test.groups),
        copies_accuracy=float(copies_right.mean()),
        gap=gap(*lost, exam.test.groups.numpy(), exam.copies.groups.numpy()),
        size_percent=100 * len(data) / len(baseline.data),
        speed=timing(data, exam, baseline, process, seed),
        notes=found["notes"],
    )
    return measured, copies


def timing(data: bytes, exam: Exam, baseline: Baseline, process: Process, seed: int) -> Speed:
    """Time a file in some fresh processes.

    Args:
        data, exam, baseline, process, seed: as in `measure`.

    Raises:
        Refused: it can't be timed.
    """
    times = np.array([_times(data, exam, baseline, process, seed + turn) for turn in range(PROCESSES)])
    percents = 100 * times[:, 1] / times[:, 0]
    interval = Interval(float(percents.min()), float(percents.max()), _LEVEL)
    own, reference = np.median(times[:, 1]) / 1e6, np.median(times[:, 0]) / 1e6
    return Speed(float(np.median(percents)), interval, float(own), float(reference))


def gap(on_test: Any, on_copies: Any, test_groups: Any, copies_groups: Any, *, level: float = 0.998) -> Difference:
    """How much better a file does on the test images themselves than on their copies, against the baseline's doing so.

    Training on the training split shows none, whatever was compressed: both halves are as new to it. A file that knows
    the test images by heart does.

    Args:
        on_test: (N,) the file's right answers less the baseline's, -1 to 1, on the test images.
        on_copies: (M,) the same on the copies.
        test_groups, copies_groups: (N,) and (M,) their sources.
        level: of the interval, from a bootstrap of sources.

    Returns:
        The difference of the two means in percentage points.

    >>> sources = np.arange(100)
    >>> gap(np.ones(100), np.zeros(100), sources, sources).points
    100.0
    """
    sources, where = np.unique(np.concatenate([test_groups, copies_groups]), return_inverse=True)
    test, copies = where[: len(on_test)], where[len(on_test) :]

    def per_source(place: Any, values: Any) -> Any:
        return np.bincount(place, values, minlength=len(sources))

    table = np.stack(
        [
            per_source(test, on_test),
            per_source(test, np.ones(len(test))),
            per_source(copies, on_copies),
            per_source(copies, np.ones(len(copies))),
        ]
    )
    draws = np.random.default_rng(0).multinomial(len(sources), np.full(len(sources), 1 / len(sources)), _RESAMPLES)
    a, n, b, m = (draws @ row for row in table)
    low, high = np.quantile(100 * (a / n - b / m), [0.5 - level / 2, 0.5 + level / 2])
    points = 100 * (float(np.mean(on_test)) - float(np.mean(on_copies)))
    return Difference(points, Interval(float(low), float(high), level), len(on_test), len(sources))


def _times(data: bytes, exam: Exam, baseline: Baseline, process: Process, seed: int) -> tuple[float, float]:
    """CPU nanoseconds of a call of the baseline and of the file, in a process of their own."""
    with process(seed) as learner:
        for name, content in ((BASELINE, baseline.data), (FILE, data)):
            _send(learner, name, content)
            _start(learner, name, exam)
        seen = exam.copies.images  # a file that knows the test images could be quick with those
        images = seen[:: max(1, len(seen) // TIMED)][:TIMED]
        told = _ask(learner, "alternate", BASELINE, FILE, images, SECONDS, list(ROUNDS), seed % 2**32)
    return _fast(told.get(BASELINE), len(images)), _fast(told.get(FILE), len(images))


def _send(learner: Learner, name: str, data: bytes) -> None:
    for start in range(0, len(data), _PIECE):
        _ask(learner, "receive", name, data[start : start + _PIECE])


def _look(learner: Learner, name: str, exam: Exam) -> dict[str, Any]:
    match _ask(learner, "look", name, list(exam.shape), exam.classes):
        case {"nodes": int(nodes), "weights": dict(weights), "notes": list(notes)} if (
            0 < nodes <= rules.MOST_NODES
            and all(isinstance(key, str) and isinstance(size, int) for key, size in weights.items())
            and all(isinstance(note, str) for note in notes)
        ):
            kinds = {one_line(key, 20): max(0, min(size, MOST_BYTES)) for key, size in list(weights.items())[:8]}
            return {"nodes": nodes, "weights": kinds, "notes": [one_line(note) for note in notes[:8]]}
    raise Refused("the process that read it gave something that is no answer")


def _start(learner: Learner, name: str, exam: Exam) -> None:
    batch = exam.test.images[:8]
    _logits(_ask(learner, "start", name, batch), len(batch), exam.classes)


def _answers(learner: Learner, name: str, part: Part, classes: int) -> Tensor:
    chunks = part.images.split(max(1, min(_CHUNK, _PIECE // part.images[0].nbytes)))
    return torch.cat([_logits(_ask(learner, "answer", name, images), len(images), classes) for images in chunks])


def _ask(learner: Learner, function: str, *args: Any) -> dict[str, Any]:
    """Call a function of the runner.

    Raises:
        Refused: it says why it refuses the file, or the file has kept it from answering.
    """
    try:
        value = learner.call(function, *args).value
    except NoAnswer as error:
        raise Refused(f"it could not be run, and there was no answer but: {one_line(error.came, 200)}.") from error
    except (LearnerError, CheckFailed) as error:
        raise Refused(f"it could not be run: {one_line(error.came, 200)}.") from error
    if value is None:
        return {}
    match value:
        case {"refused": str(reason)}:
            raise Refused(one_line(reason, 400))
        case dict():
            return value
    raise Refused("the process that ran it gave something that is no answer")


def _logits(answer: dict[str, Any], count: int, classes: int) -> Tensor:
    logits = answer.get("logits")
    if not isinstance(logits, Tensor) or logits.dtype != torch.float32 or logits.shape != (count, classes):
        given = f"{logits.dtype} {tuple(logits.shape)}" if isinstance(logits, Tensor) else "something else"
        raise Refused(f"for {count} images it must give float32 ({count}, {classes}), and gave {given}.")
    if not torch.isfinite(logits).all():
        raise Refused("some of its logits are NaN or infinite.")
    return logits


def _fast(times: Any, images: int) -> float:
    """What a call takes, from the nanoseconds of calls with so many images in turn: the mean of each image's quantile.

    The quantile of all calls would be that of the images which a file is quick with.
    """
    fits = isinstance(times, list) and ROUNDS[0] <= len(times) <= ROUNDS[1]
    if not fits or not all(type(each) is int and 0 < each < _LONGEST_NS for each in times):
        raise Refused("its times could not be measured.")
    return float(np.mean([np.quantile(times[image::images], FAST) for image in range(images)]))


def _right(logits: Tensor, part: Part) -> Any:
    return (logits.argmax(1) == part.labels).numpy()
