"""Points, flags, names, and what an instructor's table and page hold: from figures, without a measurement."""

import csv
import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from classroom.capstone import ASSIGNMENT, enter, flags, handed_in
from classroom.capstone.check import report
from classroom.capstone.exam import Exam, Part, halves, public, secret
from classroom.capstone.grade import Result, Row, line
from classroom.capstone.measure import DOUBT, Measured, Speed, gap
from classroom.capstone.names import pseudonyms
from classroom.capstone.page import page
from classroom.capstone.steps import ACCURACY, MOST, SCALES, SIZE, TIME, Points, table
from classroom.capstone.table import HEADINGS, write_table
from compresslab.data import Split, load
from compresslab.evaluation import Difference, Interval


def figures(**changes: Any) -> Measured:
    """A file that loses half a point, with a third of the bytes and of the time."""
    found = Measured(
        size_bytes=900_000,
        sha256="0" * 64,
        nodes=60,
        weights={"int8": 800_000, "float32": 60_000},
        accuracy=0.95,
        interval=Interval(0.94, 0.96, 0.95),
        change=Difference(-0.5, Interval(-1.2, 0.2, 0.95), 2000, 225),
        copies_accuracy=0.948,
        gap=Difference(0.1, Interval(-1.0, 1.1, 0.998), 2000, 225),
        size_percent=32.0,
        speed=Speed(36.0, Interval(33.0, 40.0, 0.9375), 0.2, 0.56),
    )
    return replace(found, **changes)


def test_a_step_is_reached_at_its_limit_and_by_the_better_end() -> None:
    assert [SIZE.points(value) for value in (60.01, 60.0, 25.0, 24.99, 3.0, 0.1)] == [0, 1, 3, 3, 5, 5]
    assert [ACCURACY.points(lost) for lost in (6.5, 6.0, 1.0, 1e-12, 0.0, -2.0)] == [0, 1, 4, 5, 5, 5]
    found = figures()
    assert found.best == {"lost": -0.2, "size_percent": 32.0, "time_percent": pytest.approx(34.2)}
    assert found.points == Points(accuracy=5, size=2, time=3)


def test_neither_bytes_nor_time_count_without_accuracy() -> None:
    empty = figures(change=Difference(-80.0, Interval(-82.0, -78.0, 0.95), 2000, 225), size_percent=0.1)
    assert empty.points == Points(0, 0, 0)
    assert Points.of(lost=5.9, size_percent=1.0, time_percent=1.0).total == 1 + 2 + 2
    assert Points.of(lost=4.0, size_percent=1.0, time_percent=100.0) == Points(2, 4, 0)
    assert Points.of(lost=2.0, size_percent=1.0, time_percent=1.0).total == 3 + 5 + 5 < MOST


def test_a_learner_is_told_which_points_accuracy_holds_back(digits: Exam) -> None:
    found = figures(change=Difference(-6.5, Interval(-7.2, -5.8, 0.95), 2000, 225), size_percent=2.5)
    assert found.points == Points(1, 2, 2)
    _, _, size, time, *rest = report("model.onnx", found, digits)
    assert size.endswith(": 5 by its steps, 2 by the accuracy") and time.endswith(": 3 by its steps, 2 by the accuracy")
    assert "each point of accuracy opens 2 of size and 2 of time" in rest


def test_limits_fall_and_the_table_has_them_all() -> None:
    for scale in SCALES:
        assert list(scale.limits) == sorted(scale.limits, reverse=True)
        assert [scale.next_limit(limit) for limit in scale.limits] == [*scale.limits[1:], None]
    assert "| 3 | 2 points | 25% | 55% |" in table()
    assert TIME.next_limit(100.0) == 90.0


@pytest.mark.parametrize("folder", ["solutions", "exercises"])
def test_the_assignment_has_the_steps_as_the_code_has_them(repository: Path, folder: str) -> None:
    notebook = json.loads((repository / folder / f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_text(encoding="utf-8"))
    (text,) = ("".join(cell["source"]) for cell in notebook["cells"] if cell["id"] == "how-graded")
    assert table() in text
    assert "the median less 5%" in text and DOUBT == 0.05
    (measured,) = (cell for cell in notebook["cells"] if cell["id"] == "measured")
    assert measured["metadata"]["nbgrader"]["grade_id"] == enter.CELL
    assert measured["metadata"]["nbgrader"]["points"] == MOST


@pytest.fixture(scope="module")
def digits() -> Exam:
    return secret("digits", seed=7)


def test_a_half_is_of_whole_sources_and_of_all_classes(digits: Exam) -> None:
    test = load("digits").test
    assert len(digits.test.labels) == 230  # 23 of 45 of each class
    assert torch.bincount(digits.test.labels).tolist() == [23] * 10
    ids = torch.arange(90)
    many = Split(torch.zeros(90, 1, 8, 8, dtype=torch.uint8), ids // 9 % 2, ids, groups=ids // 9)
    mask = halves(many, 2, seed=3)
    assert {int(mask[many.groups == group].sum()) for group in range(10)} == {0, 9}
    assert len(halves(test, 10, 1)) == len(test)


def test_halves_and_copies_follow_from_the_seed_alone(digits: Exam) -> None:
    again, other, known = secret("digits", seed=7), secret("digits", seed=8), public("digits")
    assert torch.equal(digits.test.images, again.test.images) and torch.equal(digits.copies.images, again.copies.images)
    assert not torch.equal(digits.test.groups, other.test.groups)
    assert not torch.equal(digits.test.groups, known.test.groups)
    shared = np.isin(known.test.groups, digits.test.groups).mean()
    assert 0.3 < shared < 0.7, "knowing the open half must not tell the secret one"


def test_copies_show_the_same_things_otherwise(digits: Exam) -> None:
    assert torch.equal(digits.copies.labels, digits.test.labels)
    difference = (digits.copies.images - digits.test.images).abs().flatten(1).mean(1)
    assert float(difference.min()) > 0
    assert float(difference.mean()) < 0.2 * float(digits.test.images.std())


def test_digits_in_colour_are_painted_anew() -> None:
    exam = secret("digits32", seed=7)
    assert set(exam.copies.groups.tolist()) == set(exam.test.groups.tolist())
    assert torch.bincount(exam.copies.labels).tolist() == [len(exam.copies.labels) // 10] * 10
    by_source = dict(zip(exam.test.groups.tolist(), exam.test.labels.tolist(), strict=True))
    assert all(by_source[g] == y for g, y in zip(exam.copies.groups.tolist(), exam.copies.labels.tolist(), strict=True))
    dataset = load("digits32")
    known = {image.numpy().tobytes() for image in dataset.normalize(dataset.test.images)}
    assert not any(image.numpy().tobytes() in known for image in exam.copies.images)


def test_what_knows_the_test_images_by_heart_is_flagged_and_honest_loss_is_not() -> None:
    random = np.random.default_rng(0)
    sources = np.repeat(np.arange(225), 9)
    honest = [random.choice([-1, 0, 0, 0, 0, 0, 1], len(sources)) for _ in range(2)]
    assert flags.of_one("model.onnx", figures(gap=gap(*honest, sources, sources))) == []
    by_heart = np.where(random.random(len(sources)) < 0.05, 1, 0), np.zeros(len(sources))
    (said,) = flags.of_one("model.onnx", figures(gap=gap(*by_heart, sources, sources)))
    assert "more on the copies than the baseline does" in said
    loss = -np.ones(len(sources)), -np.ones(len(sources))
    assert gap(*loss, sources, sources).points == 0


def test_a_name_that_says_int8_on_floats_is_flagged_once() -> None:
    floats = figures(weights={"float32": 900_000})
    assert flags.of_one("model.onnx", floats) == []
    assert len(flags.of_one("model.int8.onnx", floats)) == 1
    assert flags.of_one("model.int8.onnx", figures()) == []


def test_files_that_answer_alike_are_found_and_two_trainings_are_not() -> None:
    logits = torch.randn(300, 10, generator=torch.Generator().manual_seed(0))
    near = logits + 0.01 * torch.randn(300, 10, generator=torch.Generator().manual_seed(1))
    assert flags.alike({"anna": logits, "ben": logits * (1 + 1e-5), "cleo": near}) == [("anna", "ben")]
    disguised = {"scaled": 7 * logits, "shifted": logits + 3, "probabilities": logits.softmax(1)}
    assert flags.alike({"anna": logits} | disguised | {"cleo": near}) == list(combinations(["anna", *disguised], 2))


def test_no_file_is_made_to_look_like_all_others() -> None:
    """Logits so large that their squares are infinite are as far from all others as from themselves."""
    random = torch.Generator().manual_seed(0)
    huge, honest, other = (size * torch.randn(300, 10, generator=random) for size in (1e37, 1.0, 1.0))
    assert not torch.isfinite(huge.norm())
    assert flags.alike({"huge": huge, "honest": honest, "other": other}) == []


def test_pseudonyms_depend_on_the_secret() -> None:
    names = pseudonyms(["anna", "ben"], key="1")
    assert names == pseudonyms(["ben", "anna"], key="1")
    assert all(pseudonyms(["anna", "ben"], key=key) != names for key in "234")
    assert not any(name in shown for name in ("anna", "ben") for shown in names.values())


@pytest.fixture
def result(digits: Exam) -> Result:
    fast = Speed(29.0, Interval(28.0, 31.0, 0.9375), 0.13, 0.56)
    small = figures(size_bytes=200_000, size_percent=7.1, accuracy=0.94, speed=fast)
    rows = [
        Row("anna", figures()),
        Row("=1+1", small, flags=("it answers as the file of <b>ben</b> does",)),
        Row("<script>alert(1)</script>", None, "not an ONNX model"),
    ]
    return Result(rows, digits, seed=5, names_key="5", baseline_bytes=2_808_671, anew=3)


def test_the_table_is_for_spreadsheets_and_runs_nothing(result: Result, tmp_path: Path) -> None:
    write_table(tmp_path / "points.csv", result.rows)
    with (tmp_path / "points.csv").open(newline="") as file:
        heading, first, second, third = csv.reader(file)
    assert tuple(heading) == HEADINGS
    assert first[:6] == ["anna", "10", "15", "5", "2", "3"]
    assert first[7] == "-0.50"
    assert second[0] == "'=1+1"
    assert third[1] == "0" and third[-1] == "not measured: not an ONNX model"


def test_a_line_for_the_instructor_has_all_that_decides(result: Result) -> None:
    said = line(result.rows[1])
    assert "200,000 bytes (7.1%)" in said and "look: it answers" in said
    assert line(result.rows[2]).endswith("not measured: not an ONNX model")


def test_the_page_shows_no_flag_no_reason_and_no_markup_of_a_learner(result: Result) -> None:
    names = {row.learner: row.learner for row in result.rows}
    shown = page(result, names)
    assert "default-src 'none'" in shown and "<script" not in shown
    assert "answers as the file" not in shown and "not an ONNX model" not in shown
    assert "1 file could not be measured" in shown
    assert shown.index(">=1+1<") < shown.index(">anna<")  # by points: 12 before 11
    assert shown.count("data:image/png;base64,") == 2 and "http" not in shown.replace("http-equiv", "")
    hidden = page(result, pseudonyms(names, result.names_key))
    assert "anna" not in hidden


def test_a_page_of_nobody_says_so(result: Result) -> None:
    rows = [row for row in result.rows if row.problem]
    shown = page(replace(result, rows=rows), {row.learner: row.learner for row in rows})
    assert "No file could be measured." in shown and "img alt" not in shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("anna", "ben/ch18_capstone", "cleo", "dora", "emil", "fay", "gil"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "anna/model.onnx").write_bytes(b"anna's")
    (tmp_path / "anna/old.onnx").write_bytes(b"older")
    (tmp_path / "ben/ch18_capstone/model (1).onnx").write_bytes(b"ben's")
    (tmp_path / "cleo/one.onnx").touch()
    (tmp_path / "cleo/two.onnx").touch()
    (tmp_path / "dora/model.onnx").symlink_to(tmp_path / "anna/model.onnx")
    with (tmp_path / "emil/model.onnx").open("wb") as file:
        file.truncate(2 * 2**30)  # with holes: 2 GB that take no room
    (tmp_path / "fay/model.onnx").mkdir()
    (tmp_path / "ivo").symlink_to(tmp_path / "anna")
    return tmp_path


@pytest.mark.parametrize(
    ("learner", "data", "problem"),
    [
        ("anna", b"anna's", ""),
        ("ben", b"ben's", ""),
        ("cleo", b"", "several files and none of them is called model.onnx: one.onnx, two.onnx"),
        ("dora", b"", "model.onnx is a link, not a file"),
        ("emil", b"", "model.onnx has 2,147,483,648 bytes; 104,857,600 is the most"),
        ("fay", b"", "the file can't be read: Is a directory"),
        ("gil", b"", "no model.onnx was handed in"),
        ("ivo", b"", "what was handed in is a link, not a folder"),
    ],
)
def test_files_are_found_and_read_with_suspicion(folder: Path, learner: str, data: bytes, problem: str) -> None:
    found = handed_in.read(folder, learner, 100 * 2**20)
    assert (found.data, found.problem) == (data, problem)


def test_all_folders_are_learners(folder: Path) -> None:
    assert handed_in.learners(folder) == ["anna", "ben", "cleo", "dora", "emil", "fay", "gil", "ivo"]


def test_figures_survive_being_kept(result: Result, tmp_path: Path) -> None:
    from classroom.capstone.grade import write_results

    write_results(tmp_path / "results.json", result)
    told = json.loads((tmp_path / "results.json").read_text())
    assert told["learners"]["anna"]["points"] == {"accuracy": 5, "size": 2, "time": 3}
    assert "seed" not in told


def test_an_exam_needs_enough_images() -> None:
    part = Part(torch.zeros(2, 1, 8, 8), torch.zeros(2, dtype=torch.int64), torch.arange(2))
    assert Exam("digits", 10, part, part, "copies").shape == (1, 8, 8)
