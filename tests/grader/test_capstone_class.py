"""A class hands in: the seven combinations of three techniques, and files that must not harm anybody. One command."""

import csv
import json
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import onnx
import pytest
import torch
from onnx_submissions import (
    REFUSED,
    as_bytes,
    by_heart,
    expanding,
    filling,
    holding_the_batch,
    in_two_formats,
    network,
    other_names,
    sometimes_working,
    state_dict,
    telling_pixels,
    tiling,
    with_paths,
    working,
)

from classroom.__main__ import main
from classroom.capstone import check as checking
from classroom.capstone import enter, measure
from classroom.capstone.check import check
from classroom.capstone.exam import Exam, Part, public
from classroom.capstone.grade import Row, Wish, write_results
from classroom.capstone.grade import grade as grade_files
from classroom.capstone.measure import MODULE, Baseline, Refused, processes, this_process
from classroom.capstone.names import pseudonyms
from classroom.capstone.page import page
from classroom.capstone.table import write_table
from classroom.cohort import course
from classroom.cohort.gradebook import open_book
from classroom.limits import Limits
from classroom.sandbox.fork_server import ForkServer
from compresslab.data import Batches, Dataset, load
from compresslab.deploy import export_onnx, quantize_static
from compresslab.errors import InputError
from compresslab.hardware import machine
from compresslab.models import small_cnn
from compresslab.pipeline import distil, prune, run_pipeline, train
from compresslab.training import Recipe

COMBINATIONS = ("Q", "P", "D", "Q+P", "Q+D", "P+D", "Q+P+D")
GREY = (1, 8, 8)
HARMFUL = {  # what a runtime is needed for: reason, and the file
    "hours": ("none within 3 s", lambda: working(4000, GREY)),
    "expand": ("memory", lambda: expanding([40_000, 40_000], GREY)),
    "constant_of_shape": ("memory", lambda: filling([40_000, 40_000], GREY)),
}
LIMITS = Limits(call_seconds=3, memory_bytes=2**30)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load("digits")


@pytest.fixture(scope="module")
def files(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The baseline and the seven combinations, trained in seconds on the 8x8 digits."""
    folder = tmp_path_factory.mktemp("files")
    long, short = (Recipe(epochs=n, batch_size=64, learning_rate=0.1, precision="fp32") for n in (8, 2))
    baseline = train(long, name="baseline")
    student = small_cnn(width=6)
    plans = (
        [baseline, prune(0.6, recipe=short, name="P")],
        [baseline, distil(long, student=student, name="D"), prune(0.3, recipe=short, name="P+D")],
    )
    torch.manual_seed(0)
    untrained, made = small_cnn(width=16), {}
    for plan in plans:
        made |= run_pipeline(untrained, plan, dataset, folder=folder / "stages", progress=False).stages
    found = {
        name: export_onnx(stage.model, torch.zeros(1, 1, 8, 8), folder / f"{name}.onnx") for name, stage in made.items()
    }
    seen = [batch.images for batch in Batches(dataset, dataset.train, 256)]
    for name, source in (("Q", "baseline"), ("Q+P", "P"), ("Q+D", "D"), ("Q+P+D", "P+D")):
        narrow = machine().int8_saturates
        found[name] = quantize_static(found[source], folder / f"{name}.onnx", seen, reduce_range=narrow)
    return found


@pytest.fixture(scope="module")
def class_(files: dict[str, Path], dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course's folder with what everybody handed in."""
    root = tmp_path_factory.mktemp("class")
    submitted = root / "handed_in"

    def hand_in(learner: str, content: bytes, name: str = "model.onnx") -> None:
        (submitted / learner).mkdir(parents=True)
        (submitted / learner / name).write_bytes(content)

    for name in COMBINATIONS:
        hand_in(name, files[name].read_bytes())
    for name, (_, made) in HARMFUL.items():
        hand_in(name, as_bytes(made()))
    hand_in("state_dict", state_dict(root / "model.pt"))
    hand_in("loop", as_bytes(REFUSED["a Loop"][0]()))
    hand_in("copied", files["Q+D"].read_bytes())
    hand_in("renamed", as_bytes(other_names(onnx.load(files["P+D"]))))
    hand_in("baseline", files["baseline"].read_bytes(), "model.int8.onnx")
    hand_in("by_heart", as_bytes(by_heart(dataset.normalize(dataset.test.images), dataset.test.labels)))
    (submitted / "nothing").mkdir()
    (root / "nbgrader_config.py").write_text(
        (Path(__file__).parents[2] / "nbgrader_config.py").read_text()
        + f"c.Limits.call_seconds = {LIMITS.call_seconds}\nc.Limits.memory_bytes = {LIMITS.memory_bytes}\n"
    )
    return root


@contextmanager
def within(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def grade(root: Path, files: dict[str, Path], *options: str) -> int:
    asked = ["capstone", "grade", "handed_in", "--data", "digits", "--baseline", str(files["baseline"]), *options]
    with within(root):
        return main(asked)


@pytest.fixture(scope="module")
def graded(class_: Path, files: dict[str, Path]) -> dict[str, Any]:
    assert grade(class_, files) == 1, "some files can't be measured, which the exit status says"
    return json.loads((class_ / ".grading/capstone/results.json").read_text())["learners"]


@pytest.mark.linux
def test_the_seven_combinations_are_measured(graded: dict[str, Any], files: dict[str, Path]) -> None:
    for name in COMBINATIONS:
        found = graded[name]["measured"]
        assert found["size_bytes"] == files[name].stat().st_size
        assert found["accuracy"] > 0.8
        assert graded[name]["points"]["accuracy"] > 0
        speed = found["speed"]
        assert speed["interval"]["low"] <= speed["percent"] <= speed["interval"]["high"]
        assert graded[name]["flags"] == [] or name in ("Q+D", "P+D")
    assert graded["P"]["measured"]["size_percent"] == pytest.approx(100, abs=1), "zeros take as many bytes"
    assert graded["P"]["points"]["size"] == 0
    assert graded["Q+P+D"]["points"]["size"] >= graded["P+D"]["points"]["size"] > 0
    assert "int8" in graded["Q"]["measured"]["weights"]


@pytest.mark.linux
@pytest.mark.parametrize("name", HARMFUL)
def test_a_file_that_takes_all_it_can_get_is_ended_with_a_reason(graded: dict[str, Any], name: str) -> None:
    assert HARMFUL[name][0] in graded[name]["problem"]


@pytest.mark.linux
def test_other_files_are_refused_with_their_reasons(graded: dict[str, Any]) -> None:
    assert "as torch.save writes" in graded["state_dict"]["problem"]
    assert "Loop with a graph inside" in graded["loop"]["problem"]
    assert graded["nothing"]["problem"] == "no model.onnx was handed in"


@pytest.mark.linux
def test_equal_files_are_found_under_other_names_too(graded: dict[str, Any]) -> None:
    said = "it orders all classes as the file of {} does, copy by copy"
    assert graded["copied"]["flags"] == [said.format("Q+D")] and graded["Q+D"]["flags"] == [said.format("copied")]
    assert graded["renamed"]["flags"] == [said.format("P+D")]
    assert graded["renamed"]["measured"]["sha256"] != graded["P+D"]["measured"]["sha256"]


@pytest.mark.linux
def test_the_baseline_under_another_name_is_flagged_and_earns_nothing_but_accuracy(graded: dict[str, Any]) -> None:
    floats, same = graded["baseline"]["flags"]
    assert floats.startswith("it calls itself quantized") and same.endswith("is it the baseline?")
    assert graded["baseline"]["points"] == {"accuracy": 5, "size": 0, "time": 0}


@pytest.mark.linux
def test_what_was_learned_by_heart_is_flagged(graded: dict[str, Any]) -> None:
    found = graded["by_heart"]
    assert found["measured"]["accuracy"] == 1.0 and found["measured"]["copies_accuracy"] < 0.5
    assert any("more on the copies than the baseline does" in flag for flag in found["flags"])


@pytest.mark.linux
def test_what_is_written_is_whole_and_the_seed_stays_secret(graded: dict[str, Any], class_: Path) -> None:
    out = class_ / ".grading/capstone"
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    with (out / "points.csv").open(newline="") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert rows.keys() == graded.keys()
    assert int(rows["Q"]["points"]) == sum(graded["Q"]["points"].values())
    seed = json.loads((out / "run.json").read_text())["seed"]
    page = (out / "class.html").read_text()
    assert json.loads((out / "run.json").read_text())["names"] not in page
    assert str(seed) not in page and "by_heart" not in page and "6 files could not be measured" in page


@pytest.mark.linux
def test_what_has_not_changed_is_not_measured_again(
    graded: dict[str, Any], class_: Path, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (class_ / "handed_in" / "nothing" / "model.onnx").write_bytes(b"something")
    grade(class_, files, "--names", "ids")
    told = capsys.readouterr().out
    assert "(1 files anew)" in told and "nothing: not measured: not an ONNX model" in told
    again = json.loads((class_ / ".grading/capstone/results.json").read_text())["learners"]
    assert {name: again[name] for name in COMBINATIONS} == {name: graded[name] for name in COMBINATIONS}
    assert "by_heart" in (class_ / ".grading/capstone/class.html").read_text()


@pytest.mark.linux
def test_memory_that_grows_with_the_pictures_is_limited_too() -> None:
    """`tiling` needs little until it is called."""
    exam = public("digits32")
    baseline = Baseline(b"", torch.zeros(0), torch.zeros(0))  # it isn't come to
    with ForkServer(sandboxed=True, modules=[MODULE]) as server:
        process = processes(server, LIMITS)
        with pytest.raises(Refused, match="memory"):
            measure.measure(as_bytes(tiling(150)), exam, baseline, process, 0)


@pytest.mark.linux
def test_a_folders_name_that_is_no_id_harms_nobody(files: dict[str, Path], tmp_path: Path) -> None:
    """As an archive from Windows leaves them: bytes that are no UTF-8, and names too long for a file of a record."""
    for name in (b"anna", b"Zo\xeb", b"b" * 250, b"new\nline"):
        (tmp_path / "handed_in" / os.fsdecode(name)).mkdir(parents=True)
    said: list[str] = []
    wish = Wish(
        folder=tmp_path / "handed_in", out=tmp_path / "out", data="digits", baseline=files["baseline"], sandboxed=False
    )
    result = grade_files(wish, said.append)
    write_results(wish.out / "results.json", result)
    write_table(wish.out / "points.csv", result.rows)
    assert [row.learner for row in result.rows] == ["anna", "Zo\ufffd", "b" * 60 + " ...", "new\ufffdline"]
    assert [row.problem.split(",")[0] for row in result.rows] == [
        "no model.onnx was handed in",
        "a learner's id must have characters that can be printed",
        "a learner's id must have at most 128 bytes",
        "a learner's id must have characters that can be printed",
    ]
    page(result, pseudonyms([row.learner for row in result.rows], result.names_key)).encode()


def test_what_was_measured_on_other_images_is_no_row_beside(files: dict[str, Path], tmp_path: Path) -> None:
    """Nor is it lost: the folder's own secret brings it back."""
    for name in ("anna", "ben"):
        (tmp_path / "handed_in" / name).mkdir(parents=True)
    wish = Wish(
        folder=tmp_path / "handed_in", out=tmp_path / "out", data="digits", baseline=files["baseline"], sandboxed=False
    )
    assert [row.learner for row in grade_files(wish, [].append).rows] == ["anna", "ben"]
    said: list[str] = []
    assert [row.learner for row in grade_files(replace(wish, learners=["ben"], seed=5), said.append).rows] == ["ben"]
    assert said[-1].startswith("Left out, as measured on other images or beside another file: 1.")
    assert [row.learner for row in grade_files(wish, [].append).rows] == ["anna", "ben"]


def test_a_learner_sees_their_own_point_and_what_the_next_takes(files: dict[str, Path]) -> None:
    lines = check(files["Q+P+D"], data="digits", baseline=files["baseline"])
    assert "of 15 points, by 230 test images of digits" in lines[0]
    assert lines[1].startswith("accuracy") and lines[2].startswith("size") and lines[3].startswith("time")
    assert any("the next needs at most" in line for line in lines[1:4])
    assert not any(line.startswith("look") for line in lines)


def test_a_learner_is_told_of_what_would_be_refused(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_process", checking._here)  # as on a system that forks none
    bad = tmp_path / "model.onnx"
    bad.write_bytes(state_dict(tmp_path / "model.pt"))
    with pytest.raises(InputError, match=r"would be refused: not an ONNX model but a zip archive"):
        check(bad, data="digits", baseline=files["baseline"])
    with pytest.raises(InputError, match="cannot read"):
        check(tmp_path / "absent.onnx")
    with pytest.raises(InputError, match=r"^digits needs a baseline of its own: name its ONNX file with --baseline"):
        check(files["Q"], data="digits")
    bad.write_bytes(as_bytes(with_paths("x")))
    with pytest.raises(InputError, match=r"float32 \(batch, 1, 8, 8\)"):
        check(bad, data="digits", baseline=files["baseline"])


def test_a_process_that_lies_is_not_believed(files: dict[str, Path]) -> None:
    """What a file that took over its process could say: every answer is checked for its kind, shape and size."""
    exam = public("digits")
    honest = {
        "look": {"nodes": 3, "weights": {"float32": 10}, "notes": []},
        "start": {"logits": torch.zeros(8, 10)},
        "answer": {"logits": torch.zeros(230, 10)},
        "alternate": {"baseline": [1000] * 64, "file": [1000] * 64},
    }

    def measured(**lies: Any) -> Any:
        return measure.measure(b"file", exam, _baseline(exam), _saying(honest | lies), 0)

    assert measured()[0].speed.percent == 100
    nan = torch.full((230, 10), float("nan"))
    for lie, reason in (
        ({"answer": {"logits": torch.zeros(230, 11)}}, "and gave float32"),
        ({"answer": {"logits": torch.zeros(230, 10, dtype=torch.float64)}}, "and gave float64"),
        ({"answer": {"logits": nan}}, "NaN or infinite"),
        ({"answer": {"logits": [0.0] * 2300}}, "something else"),
        ({"alternate": {"baseline": [1000] * 64, "file": [0] * 64}}, "times could not be measured"),
        ({"alternate": {"baseline": [1000] * 64, "file": [True] * 64}}, "times could not be measured"),
        ({"alternate": {"baseline": [1000] * 64, "file": [1] * 63}}, "times could not be measured"),
        ({"alternate": "fast"}, "something that is no answer"),
        ({"look": {"nodes": -1, "weights": {}, "notes": []}}, "something that is no answer"),
        ({"look": {"refused": "line\n\x1b[2Jother"}}, "line\ufffd\ufffd[2Jother"),
    ):
        with pytest.raises(Refused) as refused:
            measured(**lie)
        assert reason in str(refused.value).replace("torch.", "")


def test_times_are_taken_on_images_that_nobody_has_seen(files: dict[str, Path]) -> None:
    """A file that knows the test images could be quick with them: its times are those of the copies."""
    exam, timed = public("digits"), []

    @contextmanager
    def process(seed: int) -> Iterator[Any]:
        with this_process(seed) as learner:

            def call(name: str, *args: Any) -> Any:
                timed.extend(args[2] if name == "alternate" else [])
                return learner.call(name, *args)

            yield SimpleNamespace(call=call)

    baseline = measure.measure_baseline(files["baseline"].read_bytes(), exam, this_process)
    measure.timing(files["D"].read_bytes(), exam, baseline, process, 0)
    assert len(timed) == measure.TIMED * measure.PROCESSES
    copies = {image.numpy().tobytes() for image in exam.copies.images}
    assert {image.numpy().tobytes() for image in timed} <= copies
    assert not copies & {image.numpy().tobytes() for image in exam.test.images}


def started(content: bytes, exam: Exam) -> torch.Tensor:
    """Logits of two images from a file that the rules have not seen."""
    with this_process(0) as learner:
        measure._send(learner, "file", content)
        measure._start(learner, "file", exam)
        return learner.call("answer", "file", exam.test.images[:2]).value["logits"]


def test_what_is_run_is_what_was_read() -> None:
    exam = public("digits32")
    plain = started(as_bytes(network()), exam)
    assert torch.equal(started(in_two_formats(), exam), plain), "and not the random network of the other format"


def test_a_failure_is_told_in_words_and_without_pixels() -> None:
    exam = public("digits32")
    with pytest.raises(Refused, match=r"^it takes one image, but not 8 at a time: export it for any batch\..*reshaped"):
        started(as_bytes(holding_the_batch()), exam)
    with pytest.raises(Refused, match="requested shape") as failed:
        started(as_bytes(telling_pixels()), exam)
    assert not any(character.isdigit() for character in str(failed.value))
    newer = onnx.ModelProto.FromString(as_bytes(network()))
    newer.opset_import[0].version = onnx.defs.onnx_opset_version() + 1
    with pytest.raises(Refused, match=r"Opset \d+ is under development"):
        started(newer.SerializeToString(), exam)


def test_large_images_are_sent_in_small_messages() -> None:
    sent: list[int] = []

    def call(name: str, data: str, images: torch.Tensor) -> Any:
        sent.append(images.nbytes)
        return SimpleNamespace(value={"logits": torch.zeros(len(images), 10)})

    ids = torch.arange(30)
    found = measure._answers(SimpleNamespace(call=call), "file", Part(torch.zeros(30, 3, 224, 224), ids, ids), 10)
    assert found.shape == (30, 10) and max(sent) < 2**23


def _baseline(exam: Exam) -> Baseline:
    return Baseline(b"baseline", torch.zeros(230, 10), torch.zeros(230, 10))


def _saying(answers: dict[str, Any]) -> Any:
    @contextmanager
    def process(seed: int) -> Iterator[Any]:
        yield SimpleNamespace(call=lambda name, *args: SimpleNamespace(value=answers.get(name)))

    def start(seed: int) -> AbstractContextManager[Any]:
        return process(seed)

    return start


def test_batches_and_single_images_are_run_where_no_process_can_be_forked(files: dict[str, Path]) -> None:
    exam = public("digits")
    baseline = measure.measure_baseline(files["baseline"].read_bytes(), exam, this_process)
    found, logits = measure.measure(files["D"].read_bytes(), exam, baseline, this_process, 0)
    assert logits.shape == (230, 10)
    right = (logits.argmax(1) == exam.copies.labels).double().mean()
    assert found.copies_accuracy == pytest.approx(float(right))
    lost = 100 * (found.accuracy - float((baseline.test.argmax(1) == exam.test.labels).double().mean()))
    assert found.change.points == pytest.approx(lost)


def test_points_reach_the_gradebook_of_those_who_have_a_notebook_there(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text((Path(__file__).parents[2] / "nbgrader_config.py").read_text())
    here = course.find(tmp_path)
    with open_book(here) as book:
        book.add_assignment("ch18_capstone")
        book.add_notebook("ch18_capstone", "ch18_capstone")
        cell = {"max_score": 15, "cell_type": "markdown"}
        book.add_grade_cell("measured", "ch18_capstone", "ch18_capstone", **cell)
        book.add_student("anna")
        with book.db().no_autoflush:
            book.add_submission("ch18_capstone", "anna")
    assert enter.has_gradebook(here)
    said: list[str] = []
    rows = [Row("anna", None, "not an ONNX model"), Row("ben", None, "nothing")]
    assert enter.enter(here, rows, said.append) == 1
    assert said[0].endswith(": ben")
    with open_book(here) as book:
        grade = book.find_grade("measured", "ch18_capstone", "ch18_capstone", "anna")
        assert grade.manual_score == 0.0 and not grade.needs_manual_grade


def test_a_busy_neighbour_lengthens_no_image_and_slow_images_count() -> None:
    quiet = [1000] * 64
    assert measure._fast(quiet, 16) == 1000.0
    assert measure._fast([9000 if call // 16 in (1, 3) else 1000 for call in range(80)], 16) == 1000.0
    some = [9000 if call % 16 < 8 else 1000 for call in range(80)]
    assert measure._fast(some, 16) == 5000.0, "half of the images take nine times as long"


def test_a_file_that_is_quick_with_easy_images_alone_gets_no_quick_time() -> None:
    """Without a branch: of images that are not dark, none are left for the slow part."""
    exam = public("digits")
    times = {}
    for slow, level in (("none", 1e9), ("some", 0.0), ("all", -1e9)):
        content = as_bytes(sometimes_working(200, level, GREY))
        with this_process(0) as learner:
            measure._send(learner, "file", content)
            measure._start(learner, "file", exam)
            measure._send(learner, "baseline", as_bytes(network(shape=GREY)))
            measure._start(learner, "baseline", exam)
            images = exam.test.images[:16]
            told = learner.call("alternate", "baseline", "file", images, 0.1, [64, 64], 0).value
        times[slow] = measure._fast(told["file"], 16)
    share = float((images.mean((1, 2, 3)) > 0).double().mean())
    assert 0.2 < share < 0.7, "the fastest quarter of all calls would be quick ones"
    assert times["some"] > times["none"] + 0.5 * share * (times["all"] - times["none"]) > 2 * times["none"]
