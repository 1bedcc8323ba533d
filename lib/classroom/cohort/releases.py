"""The learners' notebooks, generated from the solutions by nbgrader; and whether the committed ones are up to date."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nbgrader.apps import NbGraderAPI  # type: ignore[import-untyped]
from traitlets.config.loader import Config

from classroom.cohort import course
from classroom.cohort.course import Course
from compresslab.errors import InputError
from compresslab.files import write_json

_RELEASED = {".ipynb", ".png", ".svg"}  # nbgrader copies every file beside a source notebook, answers as well


def release(root: Path, names: Sequence[str] = (), *, overwrite: bool = False) -> list[Path]:
    """Generate the learners' notebooks and enter the assignments into the gradebook.

    Args:
        root: the folder with `nbgrader_config.py`.
        names: of the assignments; all of them if empty.
        overwrite: replace also what somebody has edited in the release since it was written.

    Returns:
        The folders that were written.

    Raises:
        InputError: there is no such assignment, nbgrader refuses one, or somebody has edited an exercise. The release
            stays as it was.
    """
    here = course.find(root)
    target = here.folder("release")
    with _generated(root, names, here.config) as fresh:
        folders = [target / each.name for each in sorted(fresh.iterdir())]
        released = _released(here)
        if not overwrite:
            for folder in folders:
                _refuse_to_erase(folder, fresh / folder.name, released)
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(fresh / folder.name, folder)
            released |= {f"{folder.name}/{name}": _digest(content) for name, content in _files(folder).items()}
        write_json(_record(here), released)
    return folders


def register(root: Path, name: str) -> None:
    """Enter an assignment into the gradebook, as a release does, and write nothing else.

    Args:
        root: the folder with `nbgrader_config.py`.
        name: of the assignment.

    Raises:
        InputError: there is no such assignment, or nbgrader refuses it.
    """
    with _generated(root, [name], course.find(root).config):
        pass


def differences(root: Path) -> list[str]:
    """How the committed release differs from what the solutions give; nothing is written.

    Args:
        root: the folder with `nbgrader_config.py`.
    """
    config = course.find(root).config
    committed = root / config.CourseDirectory.release_directory
    with tempfile.TemporaryDirectory(prefix="classroom-") as scratch:
        config.CourseDirectory.db_url = f"sqlite:///{scratch}/gradebook.db"
        with _generated(root, (), config) as fresh:
            old, new = _files(committed), _files(fresh)
    found = [f"{committed.name}/{name} is missing" for name in new.keys() - old.keys()]
    found += [f"{committed.name}/{name} has no source" for name in old.keys() - new.keys()]
    found += [f"{committed.name}/{name} is out of date" for name in new.keys() & old.keys() if new[name] != old[name]]
    return sorted(found)


@contextmanager
def _generated(root: Path, names: Sequence[str], config: Config) -> Iterator[Path]:
    sources = root / config.CourseDirectory.source_directory
    known = sorted(folder.parent.name for folder in sources.glob("*/*.ipynb"))
    with tempfile.TemporaryDirectory(prefix="classroom-") as scratch:
        fresh = Path(scratch) / "release"
        fresh.mkdir()
        config.CourseDirectory.release_directory = str(fresh)
        api = NbGraderAPI(config=config)
        for name in dict.fromkeys(names or known):
            if name not in known:
                raise InputError(f"no assignment {name} in {sources}: choose from {', '.join(known) or 'none yet'}.")
            _refuse_leaks(sources / name)
            with scripts_on_path():
                done = api.generate_assignment(name)
            if not done["success"]:
                reasons = re.findall(r"^ +(\w+(?:Error|Exception): .+)$", done["log"], re.MULTILINE)
                raise InputError(f"nbgrader cannot release {name}: {(reasons or [done['log']])[-1]}")
        yield fresh


@contextmanager
def scripts_on_path() -> Iterator[None]:
    """Let nbgrader find alembic, which it calls by its bare name, where the environment isn't activated."""
    before = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _record(here: Course) -> Path:
    """The digests of the files that releases have written, by their path below the release folder."""
    return here.folder("submitted").parent / "released.json"


def _released(here: Course) -> dict[str, str]:
    try:
        return dict(json.loads(_record(here).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _refuse_to_erase(folder: Path, fresh: Path, released: dict[str, str]) -> None:
    """A file may be replaced if it is what a release has written, what git holds, or what comes anyway."""
    new = _files(fresh)
    for name, content in sorted(_files(folder).items()):
        path = folder / name
        known = content == new.get(name) or _digest(content) == released.get(f"{folder.name}/{name}")
        if not known and content != _committed(path):
            raise InputError(
                f"{path} has been edited, and a release would erase that: move it to work/exercises/{folder.name}/, "
                "or release with --overwrite."
            )


def _committed(path: Path) -> bytes | None:
    """The file as git's last commit has it; None where there is no git, or no such file."""
    try:
        shown = subprocess.run(
            ["git", "show", f"HEAD:./{path.name}"], cwd=path.parent, capture_output=True, check=False
        )
    except OSError:
        return None
    return None if shown.returncode else shown.stdout


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refuse_leaks(folder: Path) -> None:
    for path in folder.rglob("*"):
        hidden = ".ipynb_checkpoints" in path.parts
        if path.is_file() and path.suffix not in _RELEASED and not hidden:
            raise InputError(f"{path} would be released with the exercise: keep only notebooks and pictures there.")


def _files(folder: Path) -> dict[str, bytes]:
    return {
        os.fspath(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }
