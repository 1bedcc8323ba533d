"""Where a learner's notebooks are: `work/` holds their own copies, laid out like the course around it."""

from pathlib import Path

from compresslab.errors import InputError

ROOT = Path(__file__).resolve().parents[3]  # of the repository, which the course is run from
WORK = "work"


def find(name: str, root: Path = ROOT) -> Path:
    """A learner's notebook of an assignment.

    Args:
        name: a notebook, a folder that holds one, or the beginning of an assignment's name: "ch03".
        root: of the course.

    Raises:
        InputError: it names none, or several.
    """
    path = Path(name)
    if path.suffix == ".ipynb":
        if not path.is_file():
            raise InputError(f"{path} is missing: name a notebook, or an assignment such as ch01.")
        return path
    if path.is_dir():
        return _only(sorted(path.glob("*.ipynb")), f"{path}/")
    for folder in (root / WORK / "exercises", root / "exercises"):
        found = [path for path in sorted(folder.glob("*/*.ipynb")) if path.stem.startswith(name)]
        if found:
            return _only(found, name)
    known = sorted(path.stem for path in (root / "exercises").glob("*/*.ipynb"))
    raise InputError(f"no notebook and no assignment {name!r}: choose from {', '.join(known) or 'none yet'}.")


def source_of(notebook: Path, root: Path = ROOT) -> Path:
    """The notebook with the hidden checks, by the name of a learner's; below the working directory first.

    Raises:
        InputError: there is none of that name.
    """
    folders = [Path.cwd() / "solutions", root / "solutions"]
    for folder in folders:
        if (path := folder / notebook.stem / notebook.name).is_file():
            return path
    raise InputError(f"no solutions/{notebook.stem}/{notebook.name}: keep the assignment's name, or give --source.")


def is_own(notebook: Path, root: Path = ROOT) -> bool:
    """Whether a notebook is this user's own work, which needs no sandbox."""
    return notebook.resolve().is_relative_to((root / WORK).resolve())


def _only(found: list[Path], name: str) -> Path:
    if len(found) != 1:
        raise InputError(f"{name} is {len(found)} notebooks, and one is wanted: name it.")
    return found[0]


def shown(path: Path) -> str:
    """A path as a person would write it: from here, where it lies below."""
    path, here = path.resolve(), Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
