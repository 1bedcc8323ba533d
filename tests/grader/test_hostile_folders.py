"""One learner's folder, id or files take nothing from the others: each is judged, or left out with a reason."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from small_class import NAME, answered, hand_in, scores

from classroom.cohort import gradebook, submissions
from classroom.cohort.course import Course
from classroom.cohort.feedback import feedback
from classroom.cohort.grade import Count, Wish, grade

pytestmark = pytest.mark.linux
MakeClass = Callable[..., Course]
ALL = 7  # points of the assignment's checks
TIMES = {
    "a b ../../x": False,
    "2026-01-02 03:04:05 ../../etc/passwd": False,
    "\x00\x01": False,
    "2026-01-02 03:04:05 99999999999999999999": False,
    "0" * 4000: False,
    "": False,
    "2026-01-02 03:04:05.000000 UTC": True,
}


def points(here: Course) -> dict[str, float]:
    return {learner: sum(auto or 0 for auto, _, _ in cells.values()) for learner, cells in scores(here).items()}


def place(here: Course, learner: str | bytes) -> Path:
    """A learner's folder, made under any name that the file system takes."""
    return Path(os.fsdecode(os.path.join(os.fsencode(here.folder("submitted")), os.fsencode(learner))))  # noqa: PTH118


def test_a_timestamp_of_any_kind_stops_nobody(make_class: MakeClass, source: dict[str, Any]) -> None:
    here = make_class(honest=source)
    for number, note in enumerate(TIMES):
        hand_in(here.root, f"learner{number}", source).with_name("timestamp.txt").write_text(note)
    hand_in(here.root, "bytes", source).with_name("timestamp.txt").write_bytes(b"\xff\xfe\x80")
    folder = hand_in(here.root, "folder", source).with_name("timestamp.txt")
    folder.unlink()
    folder.mkdir()
    grade(here, Wish(NAME, jobs=2), lambda line: None)
    assert set(points(here).values()) == {ALL} and len(points(here)) == len(TIMES) + 3
    with Gradebook(here.database, here.name) as book:
        times = {each.student.id: each.timestamp for each in book.assignment_submissions(NAME)}
    now = datetime.now()
    for number, fine in enumerate(TIMES.values()):
        taken = times[f"learner{number}"]
        # Else destroying the note would make late work punctual.
        assert taken == datetime(2026, 1, 2, 3, 4, 5) if fine else abs((taken - now).days) <= 1


def test_names_that_are_no_ids_are_left_out_and_named(make_class: MakeClass, source: dict[str, Any]) -> None:
    here = make_class(honest=source)
    bad = [
        "i" * 250,
        b"not\xffutf8",
        "two\nlines",
        "[1 of 1, 0 s left] anna: 7 of 7 points\r",
        "\x1b[2Jclear",
        "right\u202eleft",
    ]
    for name in bad:
        (place(here, name) / NAME).mkdir(parents=True)
        (place(here, name) / NAME / f"{NAME}.ipynb").write_text(json.dumps(source))
    lines: list[str] = []
    count = grade(here, Wish(NAME, jobs=1), lines.append)
    assert points(here) == {"honest": ALL}
    assert count == Count(judged=1, problems=len(bad))
    assert sum("left out: a learner's id must have" in line for line in lines) == len(bad)
    assert all(line.isprintable() for line in lines), "a folder's name steers the terminal or forges a line"


def test_file_names_and_messages_forge_no_line(make_class: MakeClass, source: dict[str, Any]) -> None:
    here = make_class()
    forged = "\n[2 of 2, 0 s left] eve: 7 of 7 points\x1b[1A\r"
    hand_in(here.root, "names", "", f"a{forged}.ipynb")
    hand_in(here.root, "names", "", f"b{forged}.ipynb")
    hand_in(here.root, "raises", answered(source, fake_quantize=f"raise ValueError({forged!r})"))
    lines: list[str] = []
    grade(here, Wish(NAME, jobs=1), lines.append)
    assert len(lines) == 2 and all(line.isprintable() for line in lines), lines
    shown = json.loads((here.folder("autograded") / "raises" / NAME / f"{NAME}.ipynb").read_text())["cells"]
    outputs = [output for cell in shown for output in cell.get("outputs", ())]
    said = "".join(str(output.get("evalue", output.get("text", ""))) for output in outputs)
    assert "eve: 7 of 7" in said and all(letter.isprintable() or letter == "\n" for letter in said)


def test_a_link_to_a_neighbours_work_is_worth_nothing(make_class: MakeClass, source: dict[str, Any]) -> None:
    here = make_class(honest=source)
    submitted = here.folder("submitted")
    folder, notebook = submitted / "honest" / NAME, submitted / "honest" / NAME / f"{NAME}.ipynb"
    (submitted / "links-learner").symlink_to(submitted / "honest")
    for name in ("links-folder", "links-notebook", "loops", "leads-out"):
        (submitted / name).mkdir()
    (submitted / "links-folder" / NAME).symlink_to(folder)
    (submitted / "loops" / NAME).symlink_to(submitted / "loops" / NAME)
    (submitted / "leads-out" / NAME).symlink_to(here.folder("source") / NAME)
    (submitted / "links-notebook" / NAME).mkdir()
    (submitted / "links-notebook" / NAME / f"{NAME}.ipynb").symlink_to(notebook)
    lines: list[str] = []
    grade(here, Wish(NAME, jobs=1), lines.append)
    found = points(here)
    assert found.pop("honest") == ALL
    assert found == dict.fromkeys(("links-folder", "links-learner", "links-notebook", "leads-out"), 0)
    assert sum("is a link" in line for line in lines) == len(found)  # and a loop is no folder at all


def test_one_that_cannot_be_written_leaves_the_others(
    make_class: MakeClass, source: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = make_class(anna=source, ben=source, carl=source)
    write = gradebook._write_folder

    def fail_for_ben(path: Path, *rest: Any) -> None:
        if "ben" in path.parts:
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        write(path, *rest)

    monkeypatch.setattr(gradebook, "_write_folder", fail_for_ben)
    lines: list[str] = []
    count = grade(here, Wish(NAME, jobs=2), lines.append)
    assert (count.judged, count.unwritten) == (3, 1)
    assert any("ben" in line and "not written into the gradebook: UnicodeEncodeError" in line for line in lines)
    monkeypatch.undo()
    assert grade(here, Wish(NAME, jobs=2), lines.append) == Count(unchanged=3)
    assert points(here) == dict.fromkeys(("anna", "ben", "carl"), ALL)


def test_an_unusable_secret_stops_nobodys_feedback(
    make_class: MakeClass, source: dict[str, Any], tmp_path: Path
) -> None:
    contents = [b"", b"\xff\xfe", b"../../x", b"\n\n", b"a" * 5000]
    here = make_class(honest=source)
    for number, content in enumerate(contents):
        hand_in(here.root, f"learner{number}", source)
        for name in ("submission_secret.txt", "timestamp.txt"):
            (place(here, f"learner{number}") / NAME / name).write_bytes(content)
    grade(here, Wish(NAME, jobs=1), lambda line: None)
    assert feedback(here, NAME, say=lambda line: None) == len(contents) + 1
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    command = [sys.executable, "-m", "nbgrader", "release_feedback", NAME, f"--Exchange.root={exchange}"]
    done = subprocess.run(command, cwd=here.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list(exchange.rglob("*.html"))) == len(contents) + 1


def test_a_locked_gradebook_loses_nothing(
    make_class: MakeClass, source: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradebook, "_PATIENCE", 0.5)
    here = make_class(anna=source, ben=source, zoe=source)
    assert grade(here, Wish(NAME, learners=["zoe"], jobs=1), lambda line: None).judged == 1
    database = here.root / ".grading" / "gradebook.db"
    lines: list[str] = []
    write = gradebook.Writer.write

    def write_into_a_locked_one(self: Any, learner: str, *rest: Any) -> None:
        with closing(sqlite3.connect(database)) as other:
            other.execute("BEGIN IMMEDIATE")
            write(self, learner, *rest)

    monkeypatch.setattr(gradebook.Writer, "write", write_into_a_locked_one)
    assert grade(here, Wish(NAME, jobs=1), lines.append) == Count(judged=2, unchanged=1, unwritten=2)
    assert any("waiting for it" in line for line in lines)
    assert any("another program holds the gradebook" in line for line in lines)
    monkeypatch.undo()
    assert grade(here, Wish(NAME, jobs=1), lines.append) == Count(unchanged=3)
    assert points(here) == dict.fromkeys(("anna", "ben", "zoe"), ALL)


def test_a_gradebook_that_is_locked_for_a_moment_is_waited_for(make_class: MakeClass, source: dict[str, Any]) -> None:
    here = make_class(anna=source)
    grade(here, Wish(NAME, jobs=1), lambda line: None)
    hand_in(here.root, "anna", answered(source, explain="again"))
    other = sqlite3.connect(here.root / ".grading" / "gradebook.db", check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(7, other.rollback)  # longer than SQLite waits by itself
    release.start()
    started = time.monotonic()
    count = grade(here, Wish(NAME, jobs=1), lambda line: None)
    release.join()
    other.close()
    assert (count.judged, count.unwritten) == (1, 0)
    assert time.monotonic() - started > 6


def test_after_an_aborted_run_what_is_handed_in_anew_meets_new_trials(
    make_class: MakeClass, source: dict[str, Any]
) -> None:
    here = make_class(anna=source, ben=answered(source, explain="mine"))
    (here.judged / NAME).mkdir(parents=True)
    seeds = []
    for text in ("one", "two"):
        (here.judged / NAME / "run.json").write_text('{"seed": 7}')  # as a run leaves it that was killed
        hand_in(here.root, "anna", answered(source, explain=text))
        grade(here, Wish(NAME, jobs=1), lambda line: None)
        seeds.append(json.loads((here.judged / NAME / "learners" / "anna.json").read_text())["seed"])
    assert seeds[0] != seeds[1]


def test_what_nbgrader_collects_from_an_archive_takes_nothing_from_the_others(
    make_class: MakeClass, source: dict[str, Any]
) -> None:
    """nbgrader extracts links as files, follows no path out of its folders but an id of two dots, and has no limits."""
    here = make_class(honest="{}")
    content = json.dumps(source).encode()
    ids = {
        "honest": content,
        "..": content,
        "link": b"/etc/passwd",
        "neighbour": b"hw_honest_attempt_2026-01-30-15-00-00_straight_through.ipynb",
        "bomb": b" " * (submissions.MOST_BYTES + 1),
        "\x1b[2Jx": content,
        "\u202exyz": content,
        "o'neil; rm": content,
    }
    archive = here.root / "downloaded" / NAME / "archive" / "all.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for learner, file in ids.items():
            entry = zipfile.ZipInfo(f"hw_{learner}_attempt_2026-01-30-15-00-00_{NAME}.ipynb")
            entry.external_attr = (stat.S_IFLNK if learner in ("link", "neighbour") else stat.S_IFREG | 0o644) << 16
            packed.writestr(entry, file)
    beside = sorted(here.root.parent.iterdir())
    expression = r".*hw_(?P<student_id>.*)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>.*)"
    command = [sys.executable, "-m", "nbgrader", "zip_collect", NAME, "--force"]
    command += [f"--FileNameCollectorPlugin.named_regexp={expression}"]
    subprocess.run(command, cwd=here.root, check=True, capture_output=True)
    said: list[str] = []
    count = grade(here, Wish(NAME, jobs=1), said.append)
    assert points(here) == {"honest": ALL, "o'neil; rm": ALL, "link": 0, "neighbour": 0, "bomb": 0}
    assert count.problems == 5
    assert sum("must have characters that can be printed" in line for line in said) == 2
    assert all(line.isprintable() for line in "\n".join(said).splitlines())
    assert sorted(here.root.parent.iterdir()) == beside
