"""The learner's archive: the same bytes each time, no answer in it, and all that a learner needs in an empty place."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from run_notebook import execute
from running_lab import serving

from classroom.cohort import bundle as bundles
from classroom.cohort import course as courses
from compresslab.errors import InputError

NAME = "straight_through"
SET_UP = ("Makefile", "pyproject.toml", "constraints.txt", "environment.yml", "LICENSE", "LICENSE-text")
FIRST = "ch01_why_compression"


@pytest.fixture
def make_root(repository: Path, course: Path, tmp_path: Path) -> Any:
    """A small course with everything that an archive is made of, and what must stay out of it."""

    def make(name: str) -> Path:
        root = tmp_path / name
        for folder in ("solutions", "exercises"):
            shutil.copytree(course / folder, root / folder)
        for file in (*SET_UP, "nbgrader_config.py", "course/LEARNERS.md"):
            (root / file).parent.mkdir(exist_ok=True)
            shutil.copy(repository / file, root / file)
        files = {
            "course/01_first.ipynb": json.dumps(nbformat.v4.new_notebook()),
            "course/INSTRUCTORS.md": "For instructors.",
            "course/ruff.toml": "",
            "course/.ipynb_checkpoints/01_first-checkpoint.ipynb": "{}",
            "lib/compresslab/cost.py": "bits = 8\n",
            "lib/compresslab/__pycache__/cost.pyc": "",
            "lib/compresslab.egg-info/PKG-INFO": "",
            "lib/classroom/study/terminal/.zshrc": "PATH=...",
            "hub/start": "",
            "reference/table.json": "{}",
            "reference/grading/answers.py": "an answer",
            "reference/grading/fresh/anna.py": "an answer",
            "reference/grading/capstone_baseline.onnx": "weights",
            "tests/test_it.py": "",
            ".grading/gradebook.db": "",
        }
        for file, content in files.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(content)
        return root

    return make


def packed(root: Path, assignment: str = "") -> Path:
    target = root.with_suffix(".zip")
    bundles.bundle(courses.find(root), target, assignment)
    return target


def contents(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {name.removeprefix("model-compression/"): opened.read(name) for name in opened.namelist()}


def test_the_archive_is_the_same_byte_for_byte(make_root: Any) -> None:
    one, other = make_root("one"), make_root("other")
    for path in other.rglob("*"):
        os.utime(path, (10**9, 10**9))
        path.chmod(0o700)
    before, after = packed(one).read_bytes(), packed(other).read_bytes()
    assert before == after
    (other / "lib/compresslab/cost.py").write_text("bits = 4\n")
    assert packed(other).read_bytes() != before


def test_the_archive_holds_what_a_learner_needs_and_nothing_of_the_instructors(make_root: Any) -> None:
    exercises = {f"exercises/{name}/{name}.ipynb" for name in (NAME, "registered_projector", "zeros_stay_zero")}
    assert contents(packed(make_root("course"))).keys() == exercises | {
        *SET_UP, "README.md", "course/01_first.ipynb", "lib/compresslab/cost.py",
        "hub/start", "lib/classroom/study/terminal/.zshrc", "reference/table.json",
        "reference/grading/capstone_baseline.onnx",
    }  # fmt: skip


def test_one_assignment_comes_with_its_chapter_and_the_library_alone(repository: Path, tmp_path: Path) -> None:
    target = tmp_path / "one.zip"
    bundles.bundle(courses.find(repository), target, "ch10b_ptq_and_qat")
    names = contents(target).keys()
    assert {name for name in names if name.startswith("exercises/")} == {
        "exercises/ch10b_ptq_and_qat/ch10b_ptq_and_qat.ipynb"
    }
    assert [name for name in names if re.match("course/.*ipynb", name)] == ["course/10_prune_distill_quantize.ipynb"]
    assert {"lib/compresslab/cost.py", "Makefile", "README.md"} <= names
    with pytest.raises(InputError, match="no assignment ch99"):
        bundles.bundle(courses.find(repository), target, "ch99")


def cells_of(root: Path, folder: str) -> tuple[Path, dict[str, Any], dict[str, dict[str, Any]]]:
    path = root / folder / NAME / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text())
    return path, notebook, {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in notebook["cells"]}


@pytest.mark.parametrize("leak", ["solution", "marks", "hidden check", "in words", "in an output", "in the library"])
def test_nothing_is_written_where_an_answer_would_leak(leak: str, make_root: Any) -> None:
    root = make_root("course")
    _, _, answers = cells_of(root, "solutions")
    path, notebook, cells = cells_of(root, "exercises")
    sources = {name: "".join(cell["source"]) for name, cell in answers.items()}
    bare = re.sub(r"### (BEGIN|END) .*\n", "", sources["fake_quantize"])
    where = f"exercises/{NAME}/{NAME}.ipynb"
    match leak:
        case "solution":
            cells["fake_quantize"]["source"] = bare
        case "marks":
            cells["fake_quantize"]["source"] = "### BEGIN SOLUTION\npass\n### END SOLUTION"
        case "hidden check":
            cells["quantize_values"]["source"] = re.sub("### .*\n", "", sources["quantize_values"])
        case "in words":
            cells["explain"]["source"] = "Dear learners,\n\n" + sources["explain"]
        case "in an output":
            cells["fake_quantize"]["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": bare.splitlines(True)}
            ]
        case "in the library":
            where = "lib/compresslab/cost.py"
            (root / where).write_text("def answer():\n" + bare)
    path.write_text(json.dumps(notebook))
    with pytest.raises(InputError, match=rf"{where} holds an answer or a hidden check"):
        packed(root)
    assert not root.with_suffix(".zip").exists()


def test_a_link_leads_nothing_into_the_archive(make_root: Any) -> None:
    root = make_root("course")
    (root / "lib" / "notes.py").symlink_to(root / ".grading" / "gradebook.db")
    assert "lib/notes.py" not in contents(packed(root))


@pytest.fixture(scope="module")
def whole(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's archive, made by the command."""
    target = tmp_path_factory.mktemp("whole") / "course.zip"
    command = [sys.executable, "-m", "classroom", "bundle", "--out", str(target)]
    said = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True).stdout
    assert f"{len(contents(target))} files" in said
    return target


@pytest.fixture(scope="module")
def place(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty place, with the archive unpacked in it."""
    folder = tmp_path_factory.mktemp("place")
    with zipfile.ZipFile(whole) as opened:
        opened.extractall(folder)
    return folder / "model-compression"


@pytest.fixture
def environment(place: Path) -> dict[str, str]:
    """This environment's packages, and the archive's own library instead of the repository's."""
    return os.environ | {"PYTHONPATH": str(place / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}


def runs(text: str, length: int, letters: int) -> set[str]:
    """Every few lines that follow one another and are long enough together to be told from a common phrase."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip() and not line.startswith("### ")]
    found = (" ".join(lines[place : place + length]) for place in range(len(lines) - length + 1))
    return {run for run in found if len(run) >= letters}


def sources_of(content: bytes) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(content)["cells"]]


def test_no_lines_of_a_solution_a_hidden_check_or_a_tried_answer_are_in_it(repository: Path, whole: Path) -> None:
    """Five lines in a row of what the solutions hold and the exercises don't, four of an answer: nowhere."""
    files = contents(whole)
    texts = {name: "\n".join(sources_of(files[name])) for name in files if name.endswith(".ipynb")}
    texts |= {name: files[name].decode() for name in files if name.endswith((".py", ".md", ".json", ".html"))}
    handed_out = {length: set().union(*(runs(text, length, 0) for text in texts.values())) for length in (4, 5)}
    tried = 0
    for path in sorted((repository / "solutions").glob("*/*.ipynb")):
        given = runs(texts.get(f"exercises/{path.stem}/{path.name}", ""), 5, 200)
        secret = runs("\n".join(sources_of(path.read_bytes())), 5, 200) - given
        tried += len(secret)
        assert secret & handed_out[5] == set(), path.stem
    for path in sorted((repository / "tests/grader").glob("*_answers/ch*/*.py")):
        answer = runs(path.read_text(encoding="utf-8"), 4, 160)
        tried += len(answer)
        assert answer & handed_out[4] == set(), path.name
    assert tried > 10_000
    parts = {part for name in files for part in Path(name).parts}
    assert not parts & {"solutions", "tests", "ledger", "INSTRUCTORS.md", ".grading", "fresh"}


def test_what_the_chapters_load_is_in_it(place: Path) -> None:
    named = set()
    for path in (place / "course").glob("*.ipynb"):
        named |= set(re.findall(r"load_recorded\([\"']([\w/]+)[\"']\)", "\n".join(sources_of(path.read_bytes()))))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (place / "reference" / f"{name}.json").is_file()] == []


def test_a_chapter_runs_there(place: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", environment["PYTHONPATH"])
    path = place / "course" / "12_pareto_frontier.ipynb"
    notebook = nbformat.read(path, as_version=4)
    where = "import compresslab\nfrom compresslab import recorded\nprint(compresslab.__file__, recorded.FOLDER)"
    notebook.cells.append(nbformat.v4.new_code_cell(where))
    nbformat.write(notebook, copy := path.with_name("copy.ipynb"))
    assert execute(copy).cells[-1].outputs[0].text.split() == [
        str(place / "lib" / "compresslab" / "__init__.py"), str(place / "reference")
    ]  # fmt: skip
    copy.unlink()


def test_the_first_assignments_visible_checks_run_there(
    repository: Path, place: Path, environment: dict[str, str]
) -> None:
    def check(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "classroom", "check", *arguments]
        return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)

    done = check("ch01")
    assert done.returncode == 1 and "0 of 34 points of the visible checks" in done.stdout, done.stderr
    assert f"Running exercises/{FIRST}/{FIRST}.ipynb" in done.stdout
    released = json.loads((place / "exercises" / FIRST / f"{FIRST}.ipynb").read_text())
    answers = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
        for cell in json.loads((repository / "solutions" / FIRST / f"{FIRST}.ipynb").read_text())["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    for cell in released["cells"]:
        cell["source"] = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["source"])
    mine = place / "work" / "exercises" / FIRST / f"{FIRST}.ipynb"
    mine.parent.mkdir(parents=True)
    mine.write_text(json.dumps(released))
    done = check("ch01")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Running work/exercises/{FIRST}/{FIRST}.ipynb" in done.stdout
    shutil.rmtree(place / "work")


def test_make_lab_starts_there(place: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """The target itself, with this environment in place of the one that it would install."""
    (place / ".venv").symlink_to(sys.prefix)
    flags = "--no-browser --ServerApp.port=0 --IdentityProvider.token=''"
    command = ["make", "-o", ".venv/.ready", "lab", f"LAB_FLAGS={flags}"]
    apart = {name: str(tmp_path / name) for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR")}
    with serving(command, place, environment | apart) as address:
        assert address.startswith("http://127.0.0.1")
        assert (place / "work" / "exercises" / FIRST / f"{FIRST}.ipynb").is_file()
    (place / ".venv").unlink()
