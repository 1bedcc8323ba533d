"""The files for learning platforms, from a gradebook filled through nbgrader's own functions."""

import csv
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from classroom.cohort import course as courses
from classroom.cohort.course import Course
from classroom.cohort.exporters import (
    BlackboardExporter,
    BrightspaceExporter,
    CanvasExporter,
    Exporter,
    GradesExporter,
    LmsExporter,
    MoodleExporter,
)
from classroom.cohort.gradebook import open_book
from compresslab.errors import InputError

FORMULA = "=cmd|' /C calc'!A0"
WIDE = "\uff1d1"  # an equals sign as wide as a Chinese character
LEARNERS = {
    "anna": ("Andersson", "Anna"),
    "ben": ("Brown", "Ben"),  # his written answer waits
    "carl": ("Cruz", "Carl"),  # handed in the second assignment only
    "dora": ("Diaz", "Dora"),  # handed in nothing
    "eva": ("Eriksson", "Eva"),  # late, twice
    "flag": (None, None),  # the judge asks for a look
    "ada": (None, None),
    FORMULA: ("Mallory", "Mel"),
    "run": ("=1+1", " @SUM(A1)"),
    "zoe": ("Nguyễn, Jr.", 'Zoë "Zo"'),
}
# Assignment, learner, points of the check, of the written answer by hand, late penalty
WORK = [
    ("one", "anna", 6.5, 2, None),
    ("one", "ben", 7, None, None),
    ("one", "eva", 7, 1, 1.5),
    ("one", "flag", 5, 2, None),
    ("one", FORMULA, 7, 2, None),
    ("one", "run", 20 / 3, 0, None),
    ("one", "zoe", 0, 0, None),
    ("two", "ada", 2, 2, None),
    ("two", "anna", 10, 2, None),
    ("two", "ben", 10, 1, None),
    ("two", "carl", 7, 1, None),
    ("two", "eva", 1, 0, 4),
    ("two", "flag", 10, 2, None),
    ("two", "run", 3, 0, None),
    ("two", "zoe", 4, 0.25, None),
]
CELLS = {  # what must come out, for "one" and "two"
    "ada": ("", "4"),
    "flag": ("", "12"),
    "run": ("6.6667", "3"),
    "anna": ("8.5", "12"),
    "ben": ("", "11"),
    "carl": ("", "8"),
    "eva": ("6.5", "0"),
    "zoe": ("0", "4.25"),
}
NAMES = {**LEARNERS, "ada": ("", ""), "flag": ("", ""), "run": ("'=1+1", "' @SUM(A1)")}
WHOLE = {name: f"{last}, {first}" for name, (last, first) in NAMES.items()}
WHOLE |= {"ada": "ada", "flag": "flag", "run": "'=1+1,  @SUM(A1)"}


def submit(book: Gradebook, assignment: str, learner: str) -> None:
    with book.db().no_autoflush:  # nbgrader's own order makes SQLAlchemy warn
        book.add_submission(assignment, learner)


@pytest.fixture(scope="module")
def graded(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("class")
    shutil.copy(repository / "nbgrader_config.py", root)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write('c.LmsExporter.headings = {"one": "Week 1"}\n')
    (root / ".grading").mkdir()
    here = courses.find(root)
    with open_book(here) as book:
        for name, most in (("one", 7), ("two", 10)):
            book.add_assignment(name)
            book.add_notebook(name, name)
            book.add_grade_cell("check", name, name, max_score=most, cell_type="code")
            book.add_grade_cell("explain", name, name, max_score=2, cell_type="markdown")
        for learner, (last, first) in LEARNERS.items():
            book.add_student(learner, last_name=last, first_name=first)
        for name, learner, check, written, penalty in WORK:
            submit(book, name, learner)
            notebook = book.find_submission_notebook(name, name, learner)
            notebook.late_submission_penalty = penalty
            for grade in notebook.grades:
                grade.auto_score = check if grade.name == "check" else None
                grade.manual_score = None if grade.name == "check" else written
                grade.needs_manual_grade = False
        # Each alone must be enough: ben's answer has no score at all, flag's check has one and is in doubt.
        book.find_grade("check", "one", "one", "flag").needs_manual_grade = True
        book.db.commit()
        assert not book.find_submission("one", "ben").needs_manual_grade
    return here


@pytest.fixture
def book(graded: Course) -> Iterator[Gradebook]:
    with open_book(graded) as opened:
        yield opened


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def exported(exporter: type[Exporter], book: Gradebook, folder: Path, **traits: object) -> list[list[str]]:
    path = folder / "grades.csv"
    exporter(to=str(path), log=logging.getLogger("export"), **traits).export(book)
    return read(path)


EXPECTED: dict[type[LmsExporter], list[list[str]]] = {
    CanvasExporter: [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "one", "two"],
        ["    Points Possible", "", "", "", "", "9", "12"],
        *([WHOLE[learner], "", "", learner, "", *cells] for learner, cells in CELLS.items()),
    ],
    MoodleExporter: [
        ["username", "Last Name", "First Name", "one", "two"],
        *([learner, *NAMES[learner], *cells] for learner, cells in CELLS.items()),
    ],
    BlackboardExporter: [
        ["Last Name", "First Name", "Username", "one [Total Pts: 9 Score]", "two [Total Pts: 12 Score]"],
        *([*NAMES[learner], learner, *cells] for learner, cells in CELLS.items()),
    ],
    BrightspaceExporter: [
        ["Username", "one Points Grade", "two Points Grade", "End-of-Line Indicator"],
        *([f"#{learner}", *cells, "#"] for learner, cells in CELLS.items()),
    ],
}
# Behind Brightspace's mark the id is text, so this learner is in the file after Eriksson.
EXPECTED[BrightspaceExporter].insert(-1, [f"#{FORMULA}", "9", "", "#"])


@pytest.mark.parametrize("exporter", EXPECTED)
def test_the_rows_are_what_the_platform_documents(exporter: type[LmsExporter], book: Gradebook, tmp_path: Path) -> None:
    assert exported(exporter, book, tmp_path) == EXPECTED[exporter]


@pytest.mark.parametrize("exporter", EXPECTED)
def test_no_cell_runs_in_a_spreadsheet(exporter: type[LmsExporter], book: Gradebook, tmp_path: Path) -> None:
    ids = ("+1", "-1", "@a", "\ta", " =1", WIDE)
    for learner in ids:
        book.add_student(learner, last_name=learner, first_name=learner)
        submit(book, "two", learner)
    try:
        rows = exported(exporter, book, tmp_path, partial=True)
    finally:
        for learner in ids:
            book.remove_student(learner)
    begins = {cell.strip(" ")[:1] for row in rows for cell in row}
    assert not begins & {*"=+-@\t", WIDE[0]}


def test_a_file_is_quoted_throughout(book: Gradebook, tmp_path: Path) -> None:
    exported(MoodleExporter, book, tmp_path)
    lines = (tmp_path / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert lines[3] == '"run","\'=1+1","\' @SUM(A1)","6.6667","3"'
    assert lines[-1] == '"zoe","Nguyễn, Jr.","Zoë ""Zo""","0","4.25"'


def test_who_waits_or_is_left_out_is_on_the_log(
    book: Gradebook, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    exported(CanvasExporter, book, tmp_path)
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert said == [
        "one waits for grades by hand, and is not exported: flag, ben",
        f"{FORMULA!r} is left out, grades ['9', '']: a spreadsheet would run this id.",
        "some cells are empty, and a platform may drop what it has there: try --assignment.",
    ]


def test_points_so_far_are_exported_when_asked_for(
    book: Gradebook, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = exported(MoodleExporter, book, tmp_path, partial=True, assignment=["one"])
    assert {row[0]: row[3] for row in rows[1:]} == {
        "flag": "7", "run": "6.6667", "anna": "8.5", "ben": "7", "eva": "6.5", "zoe": "0",
    }  # fmt: skip
    assert "one waits for grades by hand, and is exported without: flag, ben" in caplog.text


def test_filters_keep_what_they_name_and_nobody_gets_an_empty_row(
    book: Gradebook, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = exported(BrightspaceExporter, book, tmp_path, assignment=["one"], student=["anna", "carl", "dora", "ben"])
    assert rows == [["Username", "one Points Grade", "End-of-Line Indicator"], ["#anna", "8.5", "#"]]
    assert "some cells are empty" not in caplog.text
    assert "one waits for grades by hand, and is not exported: ben" in caplog.text


@pytest.mark.parametrize(
    ("traits", "reason"),
    [
        ({"assignment": ["one", "tow"]}, r"no assignment tow in the gradebook: choose from one, two\."),
        ({"student": ["anna", "nobody"]}, r"no learner nobody in the gradebook: choose from ada, flag, "),
        ({"headings": {"one": "two"}}, r"two columns have one heading in .*: change CanvasExporter\.headings\."),
    ],
)
def test_what_cannot_be_exported_is_said_and_the_old_file_stays(
    book: Gradebook, tmp_path: Path, traits: dict[str, object], reason: str
) -> None:
    (tmp_path / "grades.csv").write_text("old")
    with pytest.raises(InputError, match=reason):
        exported(CanvasExporter, book, tmp_path, **traits)
    assert (tmp_path / "grades.csv").read_text() == "old"


def test_a_file_that_fails_half_way_is_not_left_behind(
    book: Gradebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(file: object, **options: object) -> object:
        raise RuntimeError("half-way")

    (tmp_path / "grades.csv").write_text("old")
    monkeypatch.setattr(csv, "writer", fails)
    with pytest.raises(RuntimeError, match="half-way"):
        CanvasExporter(to=str(tmp_path / "grades.csv")).export(book)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_headings_and_the_ids_column_can_be_the_platforms(book: Gradebook, tmp_path: Path) -> None:
    headings = {"one": "Week 1 [Total Pts: 9 Score] |123"}
    rows = exported(BlackboardExporter, book, tmp_path, headings=headings)
    assert rows[0][3:] == ["Week 1 [Total Pts: 9 Score] |123", "two [Total Pts: 12 Score]"]
    rows = exported(CanvasExporter, book, tmp_path, key="SIS User ID", student=["anna"])
    assert rows[2] == ["Andersson, Anna", "", "anna", "", "", "8.5", "12"]
    rows = exported(BrightspaceExporter, book, tmp_path, key="OrgDefinedId", student=["anna"])
    assert rows == [
        ["OrgDefinedId", "one Points Grade", "two Points Grade", "End-of-Line Indicator"],
        ["#anna", "8.5", "12", "#"],
    ]


def test_the_table_has_a_score_for_what_is_graded_and_a_state_for_all(book: Gradebook, tmp_path: Path) -> None:
    header, *rows = exported(GradesExporter, book, tmp_path)
    found = {(row[0], row[3]): dict(zip(header, row, strict=True)) for row in rows}
    assert len(found) == 2 * (len(LEARNERS) - 1), "a learner whose id a spreadsheet would run is left out"
    given = {(name, learner): (check, written, penalty or 0) for name, learner, check, written, penalty in WORK}
    for (name, learner), row in found.items():
        check, written, penalty = given.get((name, learner), (None, None, 0))
        if check is None:
            assert (row["score"], row["raw_score"], row["state"]) == ("", "", "nothing handed in")
        elif written is None or (name, learner) == ("one", "flag"):
            assert (row["score"], row["raw_score"], row["state"]) == ("", "", "waits for a grade by hand")
        else:
            assert row["state"] == "graded"
            assert float(row["raw_score"]) == pytest.approx(check + written, abs=1e-4)
            assert float(row["score"]) == pytest.approx(max(0, check + written - penalty), abs=1e-4)
            assert float(row["late_submission_penalty"]) == penalty
        assert row["max_score"] == {"one": "9", "two": "12"}[name]
    assert found["one", "run"]["last_name"] == "'=1+1"


def test_the_quick_starts_export_makes_no_number_of_what_is_not_graded(graded: Course) -> None:
    (graded.folder("submitted") / "dora" / "one").mkdir(parents=True)  # not judged yet
    (graded.folder("submitted") / "new" / "two").mkdir(parents=True)  # not in the gradebook either
    done = nbgrader(graded, None, "--to=table.csv")
    assert done.returncode == 0, done.stderr
    header, *rows = read(graded.root / "table.csv")
    states = {(row[0], row[3]): row[header.index("state")] for row in rows}
    assert states["one", "dora"] == states["two", "new"] == "handed in, not judged yet"
    assert states["two", "dora"] == states["one", "new"] == "nothing handed in"
    assert states["one", "anna"] == "graded"
    scored = {(row[0], row[3]) for row in rows if row[header.index("score")]}
    assert scored == {key for key, state in states.items() if state == "graded"}


def nbgrader(graded: Course, exporter: str | None, *options: str) -> subprocess.CompletedProcess[str]:
    named = [f"--exporter=classroom.cohort.exporters.{exporter}"] if exporter else []
    command = [sys.executable, "-m", "nbgrader", "export", *named, *options]
    return subprocess.run(command, cwd=graded.root, capture_output=True, text=True)


def test_nbgrader_runs_an_exporter_by_its_name(graded: Course) -> None:
    done = nbgrader(
        graded, "CanvasExporter", "--to=out/canvas.csv", "--assignment=one", "--student=anna", "--student=ben",
        "--CanvasExporter.partial=True", "--CanvasExporter.key=SIS User ID",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert read(graded.root / "out" / "canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 1"],
        ["    Points Possible", "", "", "", "", "9"],
        ["Andersson, Anna", "", "anna", "", "", "8.5"],
        ["Brown, Ben", "", "ben", "", "", "7"],
    ]
    assert "one waits for grades by hand, and is exported without: ben" in done.stderr


def test_the_command_says_what_is_wrong(graded: Course) -> None:
    done = nbgrader(graded, "MoodleExporter", "--assignment=tow")
    assert done.returncode == 1
    assert "no assignment tow in the gradebook: choose from one, two." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (graded.root / "grades.csv").exists()
