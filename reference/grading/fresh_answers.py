"""How many answers that were written from the exercise texts alone do the checks judge rightly?

    python reference/grading/fresh_answers.py FOLDER [--json FILE] [--survivors]

FOLDER holds `chNN/wrong/*.py` and `chNN/right/*.py`: each file replaces some of an assignment's functions, and its
docstring names the mistake. Whoever writes them sees `exercises/` alone, neither `solutions/` nor the checks there.
Each answer is judged in a process of its own twice, in the place of the solution's functions: by the checks that a
learner sees, and by all of them. A wrong answer is caught if it loses a point.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classroom.authoring.harness import QUICK, read_answer, submission
from classroom.judging.judge import judge
from classroom.notebook.cells import Cell, read
from classroom.sandbox.fork_server import ForkServer, Session

ROOT = Path(__file__).resolve().parents[2]
SEED = 12


@dataclass(frozen=True)
class Outcome:
    """What became of one answer.

    Attributes:
        assignment: that it belongs to.
        name: of its file.
        is_wrong: as its folder says.
        visibly: the points that it lost to the checks that a learner sees.
        points: that it lost to all checks.
        message: the first that it got, from a visible check where there is one.
    """

    assignment: str
    name: str
    is_wrong: bool
    visibly: float
    points: float
    message: str


def lost(master: list[Cell], cells: list[Cell], server: ForkServer) -> tuple[float, str]:
    """The points that a submission loses, and the first message that it gets."""
    last = max(place for place, cell in enumerate(master) if cell.kind == "test")  # what follows measures for seconds
    with Session(server, QUICK, SEED) as session:
        results = judge(master[: last + 1], cells[: last + 1], session, seed=SEED).lost.values()
    return sum(result.max_points for result in results), next((f"{r.name}: {r.message}" for r in results), "")


def outcomes(folder: Path, server: ForkServer) -> Iterator[Outcome]:
    """Judge every answer of a folder."""
    for chapter in sorted(each for each in folder.iterdir() if each.is_dir()):
        (source,) = (ROOT / "solutions").glob(f"{chapter.name}*/*.ipynb")
        master, released = read(source), read(ROOT / "exercises" / source.parent.name / source.name)
        # The release has the checks without their hidden part; the answers stand in the solution's cells.
        for kind in ("wrong", "right"):
            for path in sorted((chapter / kind).glob("*.py")):
                cells = submission(master, read_answer(path))
                visibly, seen = lost(released, cells, server)
                points, message = lost(master, cells, server)
                yield Outcome(source.stem, path.stem, kind == "wrong", visibly, points, seen or message)


def table(found: list[Outcome]) -> str:
    """Kill rates by assignment, as Markdown."""
    lines = [
        "| assignment | wrong | caught | by a visible check | points lost each | right | lost some |",
        "|---|---|---|---|---|---|---|",
    ]
    names = sorted({each.assignment for each in found})
    for name in [*names, "all"]:
        mine = [each for each in found if name in (each.assignment, "all")]
        wrong = [each for each in mine if each.is_wrong]
        right = [each for each in mine if not each.is_wrong]
        caught, visibly = (sum(1 for each in wrong if getattr(each, of) > 0) for of in ("points", "visibly"))
        mean = sum(each.points for each in wrong) / max(caught, 1)
        rates = [f"{count} ({count / max(len(wrong), 1):.0%})" for count in (caught, visibly)]
        failed = sum(1 for each in right if each.points > 0)
        lines.append(f"| {name} | {len(wrong)} | {rates[0]} | {rates[1]} | {mean:.1f} | {len(right)} | {failed} |")
    return "\n".join(lines)


def main() -> None:
    """Judge a folder of answers and print the table."""
    parser = argparse.ArgumentParser(description="Judge answers that were written from the exercise texts alone.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path, help="write the outcome of every answer there")
    parser.add_argument("--survivors", action="store_true", help="name the answers that were judged wrongly")
    asked = parser.parse_args()
    with ForkServer() as server:
        found = list(outcomes(asked.folder, server))
    print(table(found))
    if asked.survivors:
        for each in found:
            if each.is_wrong != (each.points > 0):
                print(f"{each.assignment} {'wrong' if each.is_wrong else 'right'} {each.name}: {each.message}")
            elif each.is_wrong and not each.visibly:
                print(f"{each.assignment} hidden {each.name}: {each.message.splitlines()[0]}")
    if asked.json:
        asked.json.write_text(json.dumps([vars(each) for each in found], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
