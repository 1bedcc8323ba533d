"""Measures a learner's own file as the grader will, on images that everybody may have, and says what more would take.

The process is the learner's own, since the file is. Where one can be forked, a file that never ends is ended.
"""

import platform
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from classroom.capstone import DATA, flags
from classroom.capstone import baseline as baselines
from classroom.capstone import exam as exams
from classroom.capstone.exam import Exam
from classroom.capstone.handed_in import read_own
from classroom.capstone.measure import (
    MODULE,
    MOST_BYTES,
    Measured,
    Process,
    Refused,
    measure,
    measure_baseline,
    processes,
    this_process,
)
from classroom.capstone.steps import ACCURACY, EACH, MOST, SCALES, TIME, Scale
from classroom.limits import Limits
from classroom.sandbox.fork_server import ForkServer
from compresslab.errors import InputError


def check(path: str | Path = "model.onnx", *, data: str = DATA, baseline: str | Path | None = None) -> list[str]:
    """Measure a file and say how many points it would earn, and what the next one needs.

    Args:
        path: of the file.
        data: as `compresslab.data.load` takes it.
        baseline: the file to measure against, or a name of `baseline.NETWORKS`; None for the course's own.

    Returns:
        Lines to print.

    Raises:
        InputError: the file is missing, or would be refused; with the reason and the remedy.
    """
    path = Path(path)
    content = read_own(path, MOST_BYTES)
    exam = exams.public(data)
    reference = baselines.read(Path(baseline) if baseline else None, exam)
    with _process() as process:
        try:
            measured, _ = measure(content, exam, measure_baseline(reference, exam, process), process, 0)
        except Refused as refused:
            raise InputError(f"{path} would be refused: {refused}") from refused
    return report(path.name, measured, exam)


def report(name: str, measured: Measured, exam: Exam) -> list[str]:
    """The lines of a checked file."""
    points = measured.points
    low, high = 100 * measured.interval.low, 100 * measured.interval.high
    lost, speed = measured.change, measured.speed
    kinds = ", ".join(f"{kind} {size:,}" for kind, size in measured.weights.items())
    lines = [
        f"{name}: {points.total} of {MOST} points, by {len(exam.test.labels):,} test images of {exam.data}",
        f"accuracy  {points.accuracy} of {len(ACCURACY.limits)}: {100 * measured.accuracy:.1f}% right [{low:.1f}, "
        f"{high:.1f}], {0 - lost.points:.2f} points lost against the baseline "
        f"[{0 - lost.interval.high:.2f}, {0 - lost.interval.low:.2f}]{_more(ACCURACY, measured)}",
        f"size      {points.size} of {len(SCALES[1].limits)}: {measured.size_bytes:,} bytes, "
        f"{measured.size_percent:.1f}% of the baseline's{_more(SCALES[1], measured)}",
        f"time      {points.time} of {len(TIME.limits)}: {speed.ms:.3f} ms an image, "
        f"{speed.percent:.0f}% of the baseline's [{speed.interval.low:.0f}, {speed.interval.high:.0f}]"
        f"{_more(TIME, measured)}",
        f"bytes of weights by type: {kinds or 'none'}",
        f"on the copies ({exam.made}): {100 * measured.copies_accuracy:.1f}% right",
    ]
    if points.accuracy * EACH < max(len(scale.limits) for scale in SCALES):
        lines.append(f"each point of accuracy opens {EACH} of size and {EACH} of time")
    lines += [f"look: {flag}" for flag in flags.of_one(name, measured)]
    lines.append(
        "The grade is measured on another half, which shares only some of these images, and on another machine: near a "
        "limit it may be one step off. Choose among your models by validation images: the best of many on these test "
        "images looks better than it is."
    )
    return lines


def _more(scale: Scale, measured: Measured) -> str:
    """What the next point takes, where there is one."""
    value = measured.best[{"accuracy": "lost"}.get(scale.name, f"{scale.name}_percent")]
    opened = EACH * measured.points.accuracy
    if scale is not ACCURACY and scale.points(value) > opened:
        return f": {scale.points(value)} by its steps, {opened} by the accuracy"
    limit = scale.next_limit(value)
    if limit is None:
        return ": all of them"
    needs = f"at most {limit:g}{'' if scale is ACCURACY else scale.unit} {scale.means}"
    if scale.name == "size":
        most = int(limit / 100 * measured.size_bytes / (measured.size_percent / 100))
        needs += f", {most:,} bytes"
    return f"; the next needs {needs}"


def _process() -> AbstractContextManager[Process]:
    return _forked() if platform.system() == "Linux" else _here()


@contextmanager
def _forked() -> Iterator[Process]:
    with ForkServer(modules=[MODULE]) as server:
        yield processes(server, Limits())


@contextmanager
def _here() -> Iterator[Process]:
    yield this_process
