"""`python -m classroom capstone grade|check`."""

import argparse
from pathlib import Path

from classroom.capstone import DATA

RESULTS = Path(".grading") / "capstone"
_NAMES = ("pseudonyms", "ids")
_BASELINE = (
    "the ONNX file to measure against, needed for data of your own; for CIFAR-10 also resnet18-w20, which is taken if "
    "none is named, or resnet18-w64"
)


def add(parser: argparse.ArgumentParser) -> None:
    """Add the two commands and their options."""
    commands = parser.add_subparsers(dest="capstone", required=True)
    graded = commands.add_parser("grade", help="measure the files that a class handed in")
    graded.add_argument("folder", type=Path, help="holds LEARNER/model.onnx or LEARNER/ch18_capstone/model.onnx")
    graded.add_argument("learner", nargs="*", help="all of them if none is named")
    graded.add_argument("--out", type=Path, default=RESULTS, help=f"folder for results; {RESULTS} by default")
    graded.add_argument("--seed", type=int, help="your secret, a long number; one is drawn, and kept in the folder")
    graded.add_argument("--names", choices=_NAMES, default="pseudonyms", help="on the class's page; pseudonyms")
    graded.add_argument("--again", action="store_true", help="measure unchanged files too, on the same images")
    graded.add_argument("--without-sandbox", action="store_true", help="run files without locking them up")
    checked = commands.add_parser("check", help="measure your own file, and say what the next point needs")
    checked.add_argument("file", type=Path, nargs="?", default=Path("model.onnx"))
    for each in (graded, checked):
        each.add_argument("--data", default=DATA, help="digits32, cifar10 or imagefolder:PATH (folder or archive)")
        each.add_argument("--baseline", type=Path, metavar="FILE", help=_BASELINE)


def run(root: Path, asked: argparse.Namespace) -> int:
    """Do what was asked: 0, or 1 where a file could not be measured.

    Args:
        root: the folder that the command is run in.
        asked: of the parser.
    """
    if asked.capstone == "check":
        from classroom.capstone.check import check

        print(*check(asked.file, data=asked.data, baseline=asked.baseline), sep="\n")
        return 0
    return _grade(root, asked)


def _grade(root: Path, asked: argparse.Namespace) -> int:
    from classroom.capstone import enter
    from classroom.capstone.grade import Wish, grade, line, write_results
    from classroom.capstone.names import pseudonyms
    from classroom.capstone.page import page
    from classroom.capstone.table import write_table
    from classroom.cohort import course
    from classroom.limits import Limits
    from compresslab.files import atomic_write

    here = course.find(root) if (root / "nbgrader_config.py").is_file() else None
    wish = Wish(
        folder=asked.folder,
        out=asked.out,
        data=asked.data,
        baseline=asked.baseline,
        seed=asked.seed,
        learners=asked.learner,
        again=asked.again,
        sandboxed=not asked.without_sandbox,
        limits=here.limits if here else Limits(),
        hidden=tuple(here.secrets) if here else (),
    )
    result = grade(wish)
    names = {row.learner: row.learner for row in result.rows}
    if asked.names == "pseudonyms":
        names = pseudonyms(names, result.names_key)
    write_results(asked.out / "results.json", result)
    write_table(asked.out / "points.csv", result.rows)
    with atomic_write(asked.out / "class.html") as partial:
        partial.write_text(page(result, names), encoding="utf-8")
    problems = [row for row in result.rows if row.problem]
    flagged = [row for row in result.rows if row.flags]
    measured = len(result.rows) - len(problems)
    print(f"{measured} measured ({result.anew} files anew), {len(problems)} not, {len(flagged)} to look at.")
    print(*(line(row) for row in flagged), sep="\n", end="\n" * bool(flagged))
    if here and enter.has_gradebook(here):
        print(f"Points of {enter.enter(here, result.rows)} learners are in the gradebook.")
    print(f"{asked.out / 'points.csv'}; {asked.out / 'class.html'} is for the class to see.")
    return 1 if problems else 0
