"""The learners' notebooks are what nbgrader makes of the solutions, and nothing of an answer is in them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from run_notebook import execute

from classroom.cohort import releases
from classroom.cohort.going_on import TAG
from classroom.notebook.cells import read
from compresslab.errors import InputError

WHO = ["-c", "user.name=Author", "-c", "user.email=author@example.org"]


@pytest.fixture
def own_course(course: Path, tmp_path: Path) -> Path:
    """A copy that a test may change, of one assignment."""
    root = tmp_path / "course"
    for folder in ("solutions", "exercises"):
        shutil.copytree(course / folder / "registered_projector", root / folder / "registered_projector")
    shutil.copy(course / "nbgrader_config.py", root)
    return root


def test_the_committed_exercises_are_up_to_date(repository: Path) -> None:
    assert releases.differences(repository) == [], "run `make release`"


def test_a_release_is_the_same_each_time(course: Path) -> None:
    assert releases.differences(course) == []


def test_a_release_holds_no_answer(course: Path) -> None:
    for path in (course / "exercises").rglob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert "SOLUTION" not in text
        assert "HIDDEN TESTS" not in text
        assert "Rubric" not in text
        solutions = [cell for cell in read(path) if cell.kind == "solution"]
        assert all("raise NotImplementedError()" in cell.source for cell in solutions)


def test_what_raises_while_answers_are_missing_is_tagged_so_that_run_all_goes_on(course: Path, tmp_path: Path) -> None:
    name = "straight_through"
    source = json.loads((course / "solutions" / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert not any("tags" in cell["metadata"] for cell in source["cells"])
    released = shutil.copy(course / "exercises" / name / f"{name}.ipynb", tmp_path)
    tags = {cell["id"]: cell["metadata"].get("tags", []) for cell in json.loads(Path(released).read_text())["cells"]}
    cells = [cell for cell in read(Path(released)) if cell.is_code]
    assert {cell.kind for cell in cells} == {"locked", "solution", "test"}
    assert all(tags[cell.cell_id] == [TAG] * (cell.kind == "test") for cell in cells)

    executed = [cell for cell in execute(Path(released)).cells if cell.cell_type == "code"]  # stops at no error
    for cell, ran in zip(cells, executed, strict=True):
        raised = [output.ename for output in ran.outputs if output.output_type == "error"]
        assert len(raised) == (cell.kind == "test"), cell.name


def test_measurements_with_the_answers_are_tagged_too_and_keep_their_tags(repository: Path) -> None:
    """In the committed exercises, which have cells that are not graded."""
    for path in sorted((repository / "exercises").glob("*/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tags = {cell["id"]: cell["metadata"].get("tags", []) for cell in cells if cell["cell_type"] == "code"}
        extra = [cell.cell_id for cell in read(path) if cell.is_code and cell.kind == "extra"]
        assert len(extra) > 1 and all(tags[each] in ([TAG], ["slow", TAG]) for each in extra), path.stem


def test_every_difference_is_found(own_course: Path) -> None:
    exercises = own_course / "exercises"
    notebook = exercises / "registered_projector" / "registered_projector.ipynb"
    notebook.write_bytes(notebook.read_bytes() + b"\n")
    (exercises / "old").mkdir()
    (exercises / "old" / "old.ipynb").write_text("{}")
    assert releases.differences(own_course) == [
        "exercises/old/old.ipynb has no source",
        "exercises/registered_projector/registered_projector.ipynb is out of date",
    ]
    notebook.unlink()
    assert "exercises/registered_projector/registered_projector.ipynb is missing" in releases.differences(own_course)
    assert not (own_course / ".grading" / "gradebook.db").exists()


def test_a_helper_file_beside_a_notebook_is_not_released(own_course: Path) -> None:
    (own_course / "solutions" / "registered_projector" / "answers.py").write_text("answer = 42")
    with pytest.raises(InputError, match=r"answers\.py would be released"):
        releases.release(own_course)


def test_what_nbgrader_refuses_leaves_the_old_release(own_course: Path) -> None:
    source = own_course / "solutions" / "registered_projector" / "registered_projector.ipynb"
    released = own_course / "exercises" / "registered_projector" / "registered_projector.ipynb"
    before = released.read_bytes()
    notebook = json.loads(source.read_text())
    notebook["cells"][0]["source"] = "### BEGIN SOLUTION\n"
    source.write_text(json.dumps(notebook))
    with pytest.raises(InputError, match="cannot release registered_projector"):
        releases.release(own_course)
    assert released.read_bytes() == before


def test_an_unknown_assignment_is_named_with_those_there_are(own_course: Path) -> None:
    with pytest.raises(InputError, match=r"no assignment ch99 .*: choose from registered_projector"):
        releases.release(own_course, ["ch99"])


def test_a_folder_without_the_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no nbgrader_config\.py"):
        releases.release(tmp_path)


def test_a_release_does_not_erase_what_a_learner_wrote_in_an_exercise(own_course: Path) -> None:
    releases.release(own_course)
    name = "registered_projector"
    notebook = own_course / "exercises" / name / f"{name}.ipynb"
    released = notebook.read_text()
    notebook.write_text(released.replace("raise NotImplementedError()", "return 42"))
    with pytest.raises(InputError, match=rf"{name}\.ipynb has been edited.*work/exercises/{name}.*--overwrite"):
        releases.release(own_course)
    assert "return 42" in notebook.read_text()
    releases.release(own_course, overwrite=True)
    assert notebook.read_text() == released


def test_a_release_replaces_what_an_earlier_one_or_git_knows(own_course: Path) -> None:
    name = "registered_projector"
    source = own_course / "solutions" / name / f"{name}.ipynb"
    notebook = own_course / "exercises" / name / f"{name}.ipynb"

    def change_the_source(word: str) -> None:
        content = json.loads(source.read_text())
        content["cells"][0]["source"] = f"# {word}"
        source.write_text(json.dumps(content))

    releases.release(own_course)
    change_the_source("again")
    releases.release(own_course)
    assert "# again" in notebook.read_text()

    (own_course / ".grading" / "released.json").unlink()  # as in a new clone
    change_the_source("in git")
    with pytest.raises(InputError, match="has been edited"):
        releases.release(own_course)
    for command in (["init", "-q"], ["add", "exercises"], [*WHO, "commit", "-q", "-m", "released"]):
        subprocess.run(["git", *command], cwd=own_course, check=True)
    releases.release(own_course)
    assert "# in git" in notebook.read_text()
