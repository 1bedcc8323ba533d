"""A class's points as a table for people, spreadsheets and learning platforms."""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from classroom.capstone.grade import Row
from classroom.capstone.steps import MOST
from compresslab.files import atomic_write

HEADINGS = (
    "learner", "points", "of", "accuracy points", "size points", "time points", "accuracy %", "against baseline",
    "copies %", "bytes", "bytes %", "ms", "time %", "look at",
)  # fmt: skip
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")  # what a spreadsheet would run


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write the table; it is whole or absent. Who has no measured file gets 0 points and the reason."""
    text = StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)  # bare, a `;` may begin a new cell
    writer.writerow(HEADINGS)
    writer.writerows([_text(cell) for cell in _cells(row)] for row in rows)
    with atomic_write(path) as partial:
        partial.write_text(text.getvalue(), encoding="utf-8", newline="")


def _cells(row: Row) -> list[str]:
    if row.measured is None:
        return [row.learner, "0", str(MOST), *[""] * (len(HEADINGS) - 4), f"not measured: {row.problem}"]
    points, of = row.measured.points, row.measured
    return [
        row.learner,
        *map(str, (points.total, MOST, points.accuracy, points.size, points.time)),
        f"{100 * of.accuracy:.2f}",
        f"{of.change.points:.2f}",
        f"{100 * of.copies_accuracy:.2f}",
        str(of.size_bytes),
        f"{of.size_percent:.1f}",
        f"{of.speed.ms:.3f}",
        f"{of.speed.percent:.1f}",
        "; ".join(row.flags),
    ]


def _text(cell: str) -> str:
    """A cell as a spreadsheet shows and never runs it; a negative number is none of that."""
    return f"'{cell}" if _FORMULA.match(cell) and not re.fullmatch(r"-\d+(\.\d+)?", cell) else cell
