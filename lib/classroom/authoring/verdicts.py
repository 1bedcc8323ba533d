"""One table of the answers, mutants and cheats that were judged: killed or not, by which checks, with which message."""

import csv
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the plugin that holds the table is loaded by every run of the tests, torch by some
    from classroom.judging.judge import Result


@dataclass(frozen=True)
class Verdict:
    """One row: `checks` and `message` are empty where nothing was lost."""

    assignment: str
    kind: str
    name: str
    killed: bool
    checks: str
    message: str


@dataclass
class Table:
    """What has been judged so far."""

    rows: list[Verdict] = field(default_factory=list)

    def add(self, assignment: str, kind: str, name: str, lost: "Iterable[Result]") -> None:
        """Enter what a submission lost; the message is that of the first check."""
        results = list(lost)
        self.enter(assignment, kind, name, [result.name for result in results], results[0].message if results else "")

    def enter(self, assignment: str, kind: str, name: str, checks: Collection[str], message: str) -> None:
        """Enter a row: the checks that were lost, and a message."""
        self.rows.append(Verdict(assignment, kind, name, bool(checks), " ".join(checks), message))

    def write(self, path: Path) -> None:
        """Write it as CSV."""
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(column.name for column in fields(Verdict))
            writer.writerows(astuple(row) for row in sorted(self.rows, key=astuple))

    def summary(self) -> list[str]:
        """A line for each assignment and kind."""
        total = Counter((row.assignment, row.kind) for row in self.rows)
        killed = Counter((row.assignment, row.kind) for row in self.rows if row.killed)
        return [
            f"{name:<26} {kind:<14} {killed[name, kind]:>4} of {count:>4} lose points"
            for (name, kind), count in sorted(total.items())
        ]
