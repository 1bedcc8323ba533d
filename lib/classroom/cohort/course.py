"""Where a course's files and its database are, as nbgrader's configuration says."""

from dataclasses import dataclass
from pathlib import Path

from traitlets.config.loader import Config, PyFileConfigLoader

from classroom.limits import Limits
from compresslab.errors import InputError


@dataclass(frozen=True)
class Course:
    """A course on this machine.

    Attributes:
        root: the folder with `nbgrader_config.py`.
        config: what that file says.
    """

    root: Path
    config: Config

    def folder(self, step: str) -> Path:
        """nbgrader's folder for a step: "source", "release", "submitted", "autograded", "feedback"."""
        return self.root / self.config.CourseDirectory[f"{step}_directory"]

    @property
    def judged(self) -> Path:
        """The folder for what the judge keeps between runs."""
        return self.folder("submitted").parent / "judged"

    @property
    def database(self) -> str:
        """The address of nbgrader's database."""
        return self.config.CourseDirectory.db_url

    @property
    def name(self) -> str:
        """The course's, in the database."""
        return self.config.CourseDirectory.course_id

    @property
    def limits(self) -> Limits:
        """Of learners' code: the defaults, but for `c.Limits.memory_bytes = ...` and the like in the configuration."""
        try:
            return Limits(**self.config.Limits)
        except TypeError as error:
            raise InputError(f"nbgrader_config.py sets c.Limits to what it has not: {error}.") from error

    @property
    def secrets(self) -> list[Path]:
        """What learners' code must not see, wherever the course lies."""
        steps = ("source", "submitted", "autograded", "feedback")
        return [self.root / "tests", self.judged, *(self.folder(step) for step in steps)]

    def source(self, assignment: str) -> Path:
        """The source notebook of an assignment.

        Raises:
            InputError: there is none of that name.
        """
        path = self.folder("source") / assignment / f"{assignment}.ipynb"
        if not path.is_file() or path.parent.parent != self.folder("source"):
            known = sorted(each.parent.name for each in self.folder("source").glob("*/*.ipynb"))
            names = ", ".join(known) or "none yet"
            raise InputError(f"no assignment {assignment} in {self.folder('source')}: choose from {names}.")
        return path


def find(root: Path) -> Course:
    """The course in a folder.

    Raises:
        InputError: there is none.
    """
    if not (root / "nbgrader_config.py").is_file():
        raise InputError(f"no nbgrader_config.py in {root}: run this in the course's folder.")
    return Course(root.resolve(), PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config())
