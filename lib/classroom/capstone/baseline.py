"""The file that a class is measured against."""

from pathlib import Path

from classroom.capstone import DATA
from classroom.capstone.handed_in import read_own
from classroom.capstone.measure import MOST_BYTES
from compresslab.errors import InputError

SHIPPED = Path(__file__).parents[3] / "reference" / "grading" / "capstone_baseline.onnx"


def read(path: Path | None, data: str) -> bytes:
    """The bytes of a baseline.

    Args:
        path: of the file; None takes the one that comes with the course, which is for digits32.
        data: what it is to be measured on.

    Raises:
        InputError: it can't be read, or other data needs a file of its own.
    """
    if path is None and data != DATA:
        raise InputError(f"--data {data} needs a baseline of its own: name its ONNX file with --baseline.")
    return read_own(path or SHIPPED, MOST_BYTES)
