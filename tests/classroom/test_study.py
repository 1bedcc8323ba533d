"""What a learner runs: copies that nothing overwrites, and checks of which one answer can't stop the others."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import nbformat
import psutil
import pytest
from run_notebook import execute
from running_lab import serving

from classroom.__main__ import main
from classroom.notebook.cells import read
from classroom.study import checking, kernel, lab, places
from classroom.study.copies import hand_out
from classroom.study.report import answers, chosen
from compresslab.errors import InputError

SETUP = ("from classroom import expect, learner", {"locked": True, "grade_id": "setup"})
DOUBLE = ("def double(x):\n    print('working')\n    return x + 2", {"solution": True, "grade_id": "first"})
EASY = (
    "# Check, 1 point\nexpect.close(learner.call('double', 2), 4)",
    {"grade": True, "points": 1, "grade_id": "easy"},
)
HARD = (
    "# Check, 2 points\nexpect.close(learner.call('double', 3), 6, 'twice, not plus two')",
    {"grade": True, "points": 2, "grade_id": "hard"},
)
LOOP = ("def spin(x):\n    while True:\n        pass", {"solution": True, "grade_id": "second"})
SPUN = ("expect.close(learner.call('spin', 1), 1)", {"grade": True, "points": 1, "grade_id": "spun"})
TWICE = ("expect.close(learner.call('spin', 2), 2)", {"grade": True, "points": 1, "grade_id": "twice"})
UNWRITTEN = ("def later(x):\n    raise NotImplementedError()", {"solution": True, "grade_id": "third"})
LATER = ("expect.close(learner.call('later', 1), 1)", {"grade": True, "points": 2, "grade_id": "later_once"})
AGAIN = ("expect.close(learner.call('later', 2), 2)", {"grade": True, "points": 1, "grade_id": "later_again"})
EVERYTHING = (SETUP, DOUBLE, EASY, HARD, LOOP, SPUN, TWICE, UNWRITTEN, LATER, AGAIN)


def write(path: Path, *cells: tuple[str, dict[str, object]]) -> Path:
    made = [nbformat.v4.new_code_cell(source, metadata={"nbgrader": marks} if marks else {}) for source, marks in cells]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "LIMITS", kernel.Limits(cell_seconds=60.0, call_seconds=1.0))


@pytest.mark.parametrize("forks", [True, False] if sys.platform == "linux" else [False])
def test_an_endless_loop_costs_its_own_checks_only(tmp_path: Path, forks: bool, impatient: None) -> None:
    path = write(tmp_path / "mine.ipynb", *EVERYTHING)
    before = path.read_bytes()
    found = checking.check(path, forks=forks)
    assert {name: result.status for name, result in found.results.items()} == {
        "easy": "passed", "hard": "failed", "spun": "failed", "twice": "failed",
        "later_once": "failed", "later_again": "failed",
    }  # fmt: skip
    assert (found.points, found.possible) == (1, 8)
    assert path.read_bytes() == before
    shown = "\n".join(found.lines())
    assert "likely cause: twice, not plus two" in shown and "working" not in shown
    assert "endless loop" in found.results["spun"].message
    assert "not tried, since spin gave no answer in spun" in found.results["twice"].message
    assert "Traceback" not in shown and "1 of 8 points of the visible checks." in shown
    (unwritten,) = [line for line in shown.splitlines() if line.startswith("to write")]
    assert unwritten.split()[2:] == ["later", "2", "checks,", "3", "points"]
    assert found.next_step == "Next: double, at the check hard."


def test_a_function_is_checked_by_its_name_or_by_that_of_a_check(tmp_path: Path) -> None:
    found = answers(read(write(tmp_path / "mine.ipynb", *EVERYTHING)))
    assert chosen(found, "double") == chosen(found, "first") == ["easy", "hard"]
    assert chosen(found, "hard") == ["hard"]
    with pytest.raises(InputError, match="nothing here is called 'treble': choose from double, spin, later"):
        chosen(found, "treble")


def test_the_command_ends_with_the_points_and_names_what_raised(tmp_path: Path, capfd) -> None:
    path = write(tmp_path / "mine.ipynb", SETUP, DOUBLE, EASY, HARD, ("undefined", {}))
    assert main(["check", str(path)]) == 1
    shown, errors = capfd.readouterr()
    assert "note    cell undefined raised NameError: name 'undefined' is not defined" in shown
    assert shown.splitlines()[-2:] == ["1 of 3 points of the visible checks.", "Next: double, at the check hard."]
    assert errors == ""
    assert main(["check", str(path), "easy"]) == 0
    assert "1 of 1 point of the visible checks." in capfd.readouterr().out


def test_cells_that_take_long_run_on_request_only(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.ipynb", SETUP, DOUBLE, EASY, ("1 / 0", {}))
    notebook = json.loads(path.read_text())
    notebook["cells"][-1]["metadata"]["tags"] = [checking.SLOW]
    path.write_text(json.dumps(notebook))
    assert checking.check(path).notes == []
    assert len(checking.check(path, slow=True).notes) == 1


def test_the_last_cell_shows_a_table_in_a_notebook_and_nothing_to_a_grader(tmp_path: Path, monkeypatch) -> None:
    last = ("from classroom import check_all\n\ncheck_all('mine')", {})
    path = write(tmp_path / "mine.ipynb", SETUP, DOUBLE, EASY, HARD, ("expect.close(1, 1)\n5", {}), last)
    executed = checking_kernel(path)
    assert [output.get("text") for output in executed.cells[2].outputs] == ["working\n✓ passed, 1 point\n"]
    assert executed.cells[4].outputs[0].data["text/plain"] == "5"  # no check: shown as ever
    (table,) = (output.data["text/html"] for output in executed.cells[5].outputs)
    assert "✗ 1 of 2 checks failed" in table and "<b>1 of 3 points of the visible checks.</b>" in table
    assert "likely cause: twice, not plus two" in table and "python -m classroom judge mine" in table
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert checking_kernel(path).cells[5].outputs == []


def checking_kernel(path: Path) -> nbformat.NotebookNode:
    return execute(path, go_on=True)


def test_a_check_runs_under_the_usual_defaults_whatever_the_notebook_has_set(tmp_path: Path) -> None:
    same = "expect.tensor(learner.call('same', torch.tensor([1.0])), dtype=torch.float32)"
    path = write(
        tmp_path / "mine.ipynb",
        ("import torch\nfrom classroom import expect, learner\ntorch.set_default_dtype(torch.float64)", {}),
        ("def same(x): return x + torch.zeros(1)", {}),
        (f"# Check, 1 point\n{same}", {}),
        ("print(torch.get_default_dtype())", {}),
        (f"# Check, 1 point\n{same}\n1 / 0", {}),
        ("print(torch.get_default_dtype())", {}),
    )
    outputs = [cell.outputs for cell in checking_kernel(path).cells]
    assert outputs[2][0].text == "✓ passed, 1 point\n"
    assert outputs[3][0].text == outputs[5][0].text == "torch.float64\n"
    assert outputs[4][0].ename == "ZeroDivisionError"


def course_of(root: Path) -> Path:
    write(root / "course" / "01_first.ipynb", ("1", {}))
    write(root / "exercises" / "ch01_first" / "ch01_first.ipynb", SETUP, DOUBLE)
    return root


def test_copies_are_made_once_and_never_replace_what_was_touched(tmp_path: Path) -> None:
    root = course_of(tmp_path)
    chapter, exercise = Path("course/01_first.ipynb"), Path("exercises/ch01_first/ch01_first.ipynb")
    assert hand_out(root).made == [chapter, exercise]
    assert (root / "work" / exercise).read_bytes() == (root / exercise).read_bytes()
    again = hand_out(root)
    assert not again.made + again.renewed + again.kept

    write(root / "work" / exercise, SETUP, ("mine = 1", {}))
    mine = (root / "work" / exercise).read_bytes()
    for source in (chapter, exercise):
        write(root / source, ("newer", {}))
    found = hand_out(root)
    assert (found.renewed, found.kept) == ([chapter], [exercise])
    assert (root / "work" / exercise).read_bytes() == mine
    assert "newer" in (root / "work" / chapter).read_text()
    assert hand_out(root).kept == [exercise]

    (root / "work" / exercise).rename(root / "work" / "mine.ipynb")
    assert hand_out(root).made == [exercise]


def test_a_copy_that_was_opened_and_saved_but_not_touched_is_renewed(tmp_path: Path) -> None:
    root = course_of(tmp_path)
    chapter = Path("course/01_first.ipynb")
    hand_out(root)
    opened = json.loads((root / "work" / chapter).read_text())
    opened["metadata"]["language_info"] = {"name": "python", "version": "3.11.7"}  # as JupyterLab adds by itself
    (root / "work" / chapter).write_text(json.dumps(opened))
    write(root / chapter, ("newer", {}))
    assert hand_out(root).renewed == [chapter]
    assert (root / "work" / chapter).read_bytes() == (root / chapter).read_bytes()


def test_without_its_memory_every_copy_counts_as_touched(tmp_path: Path) -> None:
    root = course_of(tmp_path)
    hand_out(root)
    (root / "work" / ".given.json").write_text("{")
    write(root / "course" / "01_first.ipynb", ("newer", {}))
    found = hand_out(root)
    assert found.kept == [Path("course/01_first.ipynb")] and not found.renewed


def test_git_ignores_the_copies(repository: Path) -> None:
    ignored = subprocess.run(["git", "check-ignore", "-q", "work/course/x.ipynb"], cwd=repository, check=False)
    assert ignored.returncode == 0


def test_an_assignment_is_found_by_its_beginning_the_learners_own_first(tmp_path: Path) -> None:
    root = course_of(tmp_path)
    assert places.find("ch01", root) == root / "exercises/ch01_first/ch01_first.ipynb"
    hand_out(root)
    own = root / "work/exercises/ch01_first/ch01_first.ipynb"
    assert places.find("ch01", root) == places.find(str(own.parent)) == places.find(str(own)) == own
    assert places.is_own(own, root) and not places.is_own(root / "exercises/ch01_first/ch01_first.ipynb", root)
    for name, reason in (("ch02", "choose from ch01_first"), ("x.ipynb", "is missing")):
        with pytest.raises(InputError, match=reason):
            places.find(name, root)


def test_jupyterlab_starts_at_the_root_with_the_courses_python_on_its_path(tmp_path: Path) -> None:
    root = course_of(tmp_path)
    hand_out(root)
    command = lab.command(root, ["--no-browser"])
    assert f"--ServerApp.root_dir={root}" in command and command[-1] == "--no-browser"
    assert "--LabApp.default_url=/lab/tree/work/course/01_first.ipynb" in command
    first = Path(lab.environment()["PATH"].split(os.pathsep)[0])
    assert first == Path(sys.executable).parent


WAITS_FOR_THE_END = """
import pathlib, threading

def wait():
    threading.main_thread().join()
    pathlib.Path("outlived").touch()

threading.Thread(target=wait).start()
"""


def test_what_ends_the_command_ends_jupyterlab_and_its_kernels(tmp_path: Path) -> None:
    """Also where a thread is left in it, as sometimes one of AnyIO's is: the process waits for none."""
    if sys.platform == "win32":
        return  # there it is a child, which no signal reaches
    root = course_of(tmp_path / "course")
    own = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{name}_DIR": str(tmp_path / name) for name in ("SETTINGS", "WORKSPACES")}
    (tmp_path / "CONFIG").mkdir()
    (tmp_path / "CONFIG" / "jupyter_server_config.py").write_text(WAITS_FOR_THE_END)
    start = (
        "import sys, pathlib; from classroom.study import lab; sys.exit(lab.start(pathlib.Path.cwd(), sys.argv[1:]))"
    )
    flags = ["--no-browser", "--port=0", "--IdentityProvider.token=secret"]
    left: list[psutil.Process] = []
    with serving([sys.executable, "-c", start, *flags], root, os.environ | own) as address:
        kernel_asked = urllib.request.Request(
            f"{address}/api/kernels", data=b"{}", headers={"Authorization": "token secret"}
        )
        urllib.request.urlopen(kernel_asked).close()
        (about,) = (tmp_path / "RUNTIME").glob("jpserver-*.json")
        server = psutil.Process(json.loads(about.read_text())["pid"])
        (kernel,) = (each for each in server.children() if "ipykernel_launcher" in each.cmdline())
        left = [server, kernel]
    try:
        assert [process for process in left if process.is_running()] == []
        assert not (root / "outlived").exists()
    finally:
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


@pytest.mark.parametrize("name", ["bash", "zsh", "sh"])
def test_a_terminal_finds_the_courses_python_whatever_the_shells_settings_put_first(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shutil.which(name)
    if not path or (name == "sh" and sys.platform == "win32"):
        return  # not every system has every shell
    (tmp_path / "python").write_text("#!/bin/sh\necho other\n")
    (tmp_path / "python").chmod(0o755)
    for settings in (".bashrc", ".zshrc"):
        (tmp_path / settings).write_text(f'PATH="{tmp_path}:$PATH"\nMINE=kept\n')
    monkeypatch.setenv("SHELL", path)
    asked = 'python -c "print(40 + 2)"; echo "$MINE"\n'
    environment = lab.environment() | {"HOME": str(tmp_path)}
    ran = subprocess.run(
        [*lab.shell(), "-i"], input=asked, env=environment, capture_output=True, text=True, check=False
    )
    assert re.findall(r"^(?:42|other|kept)$", ran.stdout, re.MULTILINE) == ["42"] + ["kept"] * (name != "sh")


def test_each_check_of_the_course_begins_with_its_points(repository: Path) -> None:
    odd = [
        f"{path.stem}: {cell.name}"
        for path in sorted((repository / "exercises").glob("*/*.ipynb"))
        for cell in read(path)
        if cell.kind == "test"
        and not cell.source.startswith(f"# Check, {cell.points:g} point{'s' * (cell.points != 1)}: ")
    ]
    assert odd == []


def test_each_exercise_ends_with_all_checks_and_links_to_chapters(repository: Path) -> None:
    for path in sorted((repository / "exercises").glob("*/*.ipynb")):
        cells = read(path)
        assert [cell.source for cell in cells if cell.is_code][-1].endswith(f'check_all("{path.stem}")')
        text = "\n".join(cell.source for cell in cells if not cell.is_code)
        assert text.count("](../../course/") >= 2 and "**Validate**" in text and "make check ASSIGNMENT=" in text


def test_each_hint_stands_in_a_cell_of_its_own(repository: Path) -> None:
    """A double-click on a text cell shows its source, and with it every hint that is folded there."""
    together = [
        f"{path.stem}: {cell.cell_id}"
        for path in sorted((repository / "exercises").glob("*/*.ipynb"))
        for cell in read(path)
        if "<details>" in cell.source
        and not re.fullmatch(r"<details>((?!<details>).)*</details>", cell.source, re.DOTALL)
    ]
    assert together == []
