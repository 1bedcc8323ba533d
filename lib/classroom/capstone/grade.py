"""Measures a class's files, one after the other, and writes what came of it; taken up again where it was stopped.

In the folder for results: `class.html`, for the class to see; `points.csv`, a row for each learner; `results.json`,
all figures; `learners/` and `answers/`, what has been measured so far; and `run.json`, the secret seed, which stays the
same so that everybody is measured on the same images, also who hands in later.
"""

import fcntl
import hashlib
import inspect
import platform
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from classroom.capstone import DATA, flags, handed_in
from classroom.capstone import baseline as baselines
from classroom.capstone import exam as exams
from classroom.capstone.exam import Exam
from classroom.capstone.handed_in import HandedIn
from classroom.capstone.measure import (
    MODULE,
    MOST_BYTES,
    Baseline,
    Measured,
    Refused,
    Speed,
    measure,
    measure_baseline,
    processes,
)
from classroom.cohort.records import Records
from classroom.cohort.submissions import fault_of_id
from classroom.exchange.failures import ForkServerLost
from classroom.limits import Limits
from classroom.sandbox import bubblewrap
from classroom.sandbox.fork_server import ForkServer
from classroom.terminal import one_line
from compresslab import onnx_session
from compresslab.benchmark import interleaved
from compresslab.deploy import OnnxModel
from compresslab.errors import InputError
from compresslab.evaluation import Difference, Interval, intervals
from compresslab.files import atomic_write, write_json

_PACKAGES = ("numpy", "onnx", "onnxruntime", "torch")
_CHAPTERS = Path(__file__).parents[3] / "reference" / "capstone" / "quick"
_LOST = "the process that starts the sandboxed ones ended twice over this file"


@dataclass(frozen=True)
class Wish:
    """What is asked of a run.

    Attributes:
        folder: where the class's files are.
        out: where results go.
        data: as `compresslab.data.load` takes it.
        baseline: the file to measure against, or a name of `baseline.NETWORKS`; None for the course's own.
        seed: the instructor's secret; None for the one of the folder, or a new one.
        learners: some of them, by id; all if empty.
        again: measure what has not changed too.
        sandboxed: lock up what reads learners' files. Only harmless files may do without.
        limits: of a file's processes.
        hidden: folders that those must not see.
    """

    folder: Path
    out: Path
    data: str = DATA
    baseline: Path | None = None
    seed: int | None = None
    learners: Collection[str] = ()
    again: bool = False
    sandboxed: bool = True
    limits: Limits = field(default_factory=Limits)
    hidden: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Row:
    """What came of one learner's file.

    Attributes:
        learner: their id.
        measured: the figures; None where there are none.
        problem: why there are none.
        flags: what to look at.
    """

    learner: str
    measured: Measured | None
    problem: str = ""
    flags: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """Measured points."""
        return self.measured.points.total if self.measured else 0


@dataclass(frozen=True)
class Result:
    """What came of a run.

    Attributes:
        rows: one for each learner.
        exam: what they were measured on.
        seed: the instructor's secret.
        names_key: the secret of the class's pseudonyms.
        baseline_bytes: of the file that they were measured against.
        anew: how many were measured in this run.
    """

    rows: list[Row]
    exam: Exam
    seed: int
    names_key: str
    baseline_bytes: int
    anew: int

    @property
    def baseline_accuracy(self) -> float | None:
        """The baseline's, as measured beside any of the files; None where none was."""
        ours = [row.measured for row in self.rows if row.measured]
        return ours[0].accuracy - ours[0].change.points / 100 if ours else None


def grade(wish: Wish, say: Callable[[str], None] = print) -> Result:
    """Measure a class's files.

    Args:
        wish: which, and how.
        say: is given a line for each.

    Raises:
        InputError: it can't be done on this machine, or with this folder; with the remedy.
    """
    if wish.sandboxed:
        bubblewrap.require()
    names = handed_in.learners(wish.folder)
    if absent := sorted(set(wish.learners) - set(names)):
        raise InputError(f"no folder of {', '.join(map(one_line, absent))} in {wish.folder}.")
    with _alone(wish.out):
        records = Records(wish.out)
        seed = records.seed() if wish.seed is None else wish.seed
        exam = exams.secret(wish.data, seed)
        content = baselines.read(wish.baseline, exam)
        anew = 0
        ids = [name for name in names if not fault_of_id(name)]  # of the others nothing is kept under their names
        with _Measuring(wish, records, exam, content, seed) as measuring:
            for name in [name for name in ids if not wish.learners or name in wish.learners]:
                given = handed_in.read(wish.folder, name, MOST_BYTES)
                if measuring.needs(given):
                    anew += 1
                    measuring.keep(given)
                    say(line(_row(records, name, ())))
            kept = [name for name in ids if measuring.is_comparable(name)]
        if left_out := len([name for name in ids if records.of(name)]) - len(kept):
            say(
                f"Left out, as measured on other images or beside another file: {left_out}. Name nobody to measure all."
            )
        alike = _alike(wish.out, [name for name in kept if records.of(name)["outcome"]["measured"]])
        rows = [_row(records, name, alike.get(name, ())) for name in kept]
        rows += [
            Row(one_line(name, 60), None, f"a learner's id {fault_of_id(name)}") for name in names if name not in ids
        ]
    return Result(rows, exam, seed, records.names_key(), len(content), anew)


def line(row: Row) -> str:
    """A learner's result for the instructor."""
    if row.measured is None:
        return f"{one_line(row.learner, 60)}: not measured: {row.problem}"
    points, of = row.measured.points, row.measured
    return (
        f"{one_line(row.learner, 60)}: {points.total} points: {points.accuracy} for {of.accuracy:.1%} right "
        f"({of.change.points:+.1f} points), {points.size} for {of.size_bytes:,} bytes ({of.size_percent:.1f}%), "
        f"{points.time} for {of.speed.ms:.2f} ms ({of.speed.percent:.0f}%)"
    ) + "".join(f"\n    look: {flag}" for flag in row.flags)


class _Measuring:
    """The measurements of one run. The baseline is asked, and the sandbox made, when first they are needed."""

    def __init__(self, wish: Wish, records: Records, exam: Exam, content: bytes, seed: int) -> None:
        self._wish, self._records, self._exam, self._content, self._seed = wish, records, exam, content, seed
        self._stack = ExitStack()
        self._server: ForkServer | None = None
        self._baseline: Baseline | None = None

    @property
    def baseline(self) -> Baseline:
        if self._baseline is None:
            self._baseline = measure_baseline(self._content, self._exam, processes(self._running(), self._wish.limits))
        return self._baseline

    @cached_property
    def chapters(self) -> dict[str, Tensor]:
        """What the files answer that chapter 18 comes with, and ends in, where they are of the exam's data."""
        if self._exam.data != DATA:
            return {}
        images = self._exam.copies.images.split(250)
        found = {}
        for path in sorted(_CHAPTERS.glob("*.onnx")):
            model = OnnxModel(path)
            found[path.name] = torch.cat([model(each) for each in images])
        return found

    def needs(self, given: HandedIn) -> bool:
        """Whether what is on record is not this file, measured as it would be today."""
        return self._wish.again or self._records.of(given.learner).get("key") != self._key(given)

    def is_comparable(self, learner: str) -> bool:
        """Whether what is on record of a learner was measured on the same images, against the same baseline."""
        ours, theirs = self._key(HandedIn(learner)), self._records.of(learner).get("key", {})
        return all(theirs.get(name) == ours[name] for name in ("baseline", "exam"))

    def keep(self, given: HandedIn) -> None:
        """Measure a file and keep what came of it."""
        outcome: dict[str, Any] = {"problem": given.problem, "measured": None, "flags": []}
        answers = self._wish.out / "answers" / f"{given.learner}.npy"
        answers.unlink(missing_ok=True)
        if not given.problem:
            try:
                measured, logits = self._measured(given)
            except Refused as refused:
                outcome["problem"] = str(refused)
            else:
                found = flags.of_one(given.name, measured)
                if flags.alike({"": self.baseline.copies, given.learner: logits}):
                    found.append("it orders all classes as the baseline does, copy by copy: is it the baseline?")
                found += [
                    f"it orders all classes as chapter 18's {name} does, copy by copy: is it that file?"
                    for name, ours in self.chapters.items()
                    if flags.alike({name: ours, given.learner: logits})
                ]
                outcome |= {"measured": asdict(measured), "flags": found}
                _write_array(answers, logits)
        self._records.keep(given.learner, {"key": self._key(given), "outcome": outcome})

    def _measured(self, given: HandedIn) -> tuple[Measured, Tensor]:
        for _ in range(2):
            process = processes(self._running(), self._wish.limits)
            seed = int.from_bytes(hashlib.sha256(f"{self._seed} {given.learner}".encode()).digest()[:4])
            try:
                return measure(given.data, self._exam, self.baseline, process, seed)
            except ForkServerLost:
                self._stack.close()
                self._server = None
        raise Refused(_LOST)

    def _running(self) -> ForkServer:
        if self._server is None:
            hidden = [self._wish.folder, self._wish.out, *self._wish.hidden]
            server = ForkServer(sandboxed=self._wish.sandboxed, hidden=hidden, modules=[MODULE])
            self._server = self._stack.enter_context(server)
        return self._server

    def _key(self, given: HandedIn) -> dict[str, Any]:
        """Everything that a measurement depends on, but for the machine's mood."""
        return {
            "file": [hashlib.sha256(given.data).hexdigest(), given.name, given.problem],
            "baseline": hashlib.sha256(self._content).hexdigest(),
            "exam": [self._wish.data, self._exam.data, self._seed],
            "setting": [asdict(self._wish.limits), self._wish.sandboxed, _code()],
            "versions": {package: version(package) for package in _PACKAGES} | {"python": platform.python_version()},
        }

    def __enter__(self) -> "_Measuring":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _row(records: Records, learner: str, alike: Collection[str]) -> Row:
    outcome = records.of(learner)["outcome"]
    told = outcome["measured"]
    if told is None:
        return Row(learner, None, outcome["problem"])
    speed = Speed(**(told["speed"] | {"interval": Interval(**told["speed"]["interval"])}))
    told = told | {"interval": Interval(**told["interval"]), "speed": speed}
    for name in ("change", "gap"):
        told[name] = Difference(**(told[name] | {"interval": Interval(**told[name]["interval"])}))
    return Row(learner, Measured(**told), "", (*outcome["flags"], *alike))


def _alike(out: Path, names: Collection[str]) -> dict[str, list[str]]:
    """For each learner, a sentence on each other one whose file answers the same."""
    logits = {}
    for name in names:
        path = out / "answers" / f"{name}.npy"
        if path.is_file():
            logits[name] = torch.from_numpy(np.load(path, allow_pickle=False))
    found: dict[str, list[str]] = {}
    for pair in flags.alike({name: each for name, each in logits.items() if each.shape == _first(logits).shape}):
        for one, other in (pair, pair[::-1]):
            said = f"it orders all classes as the file of {one_line(other, 60)} does, copy by copy"
            found.setdefault(one, []).append(said)
    return found


def _first(logits: dict[str, Tensor]) -> Tensor:
    return next(iter(logits.values()))


def _write_array(path: Path, logits: Tensor) -> None:
    buffer = BytesIO()
    np.save(buffer, logits.numpy(), allow_pickle=False)
    with atomic_write(path) as partial:
        partial.write_bytes(buffer.getvalue())


def _code() -> str:
    """A digest of the code that measures: what was measured by other code is measured again."""
    digest = hashlib.sha256()
    for name in ("exam", "flags", "measure", "rules", "runner"):
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    for module in (onnx_session, interleaved, intervals):
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()[:32]


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Make sure that no other run writes to the folder, and that nobody but its owner reads the seed."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        out.chmod(0o700)
        lock = (out / "lock").open("w")
    except OSError as error:
        raise InputError(f"cannot write {out}: {error.strerror}. Choose another folder with --out.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(f"another run writes to {out} already: wait for it, or end it.") from error
        yield


def write_results(path: Path, result: Result) -> None:
    """Write all figures as JSON."""
    write_json(
        path,
        {
            "data": result.exam.data,
            "images": {"test": len(result.exam.test.labels), "copies": len(result.exam.copies.labels)},
            "copies": result.exam.made,
            "baseline": {"size_bytes": result.baseline_bytes, "accuracy": result.baseline_accuracy},
            "learners": {row.learner: _as_json(row) for row in result.rows},
        },
    )


def _as_json(row: Row) -> dict[str, Any]:
    if row.measured is None:
        return {"points": 0, "problem": row.problem}
    return {"points": asdict(row.measured.points), "measured": asdict(row.measured), "flags": list(row.flags)}
