"""Commands for learners and instructors: `python -m classroom --help` lists them."""

import argparse
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from classroom.capstone import command as capstone
from compresslab.errors import InputError

_WIDTH = 76
_OPEN = "run learners' code without locking it up"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        The exit status: 0 where all is well, 1 where checks fail, 2 where the command can't do what was asked.
    """
    parser = argparse.ArgumentParser(prog="classroom", description="Check, release and judge notebooks.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lab", help="copy what is new into work/, and open it in JupyterLab, which gets further flags")
    commands.add_parser("copy", help="copy what is new into work/, and change nothing that you have touched")
    check = commands.add_parser("check", help="run a notebook and its visible checks")
    check.add_argument("notebook", help="a notebook, its folder, or the beginning of an assignment's name: ch01")
    check.add_argument("function", nargs="?", default="", help="check this one alone")
    check.add_argument("--slow", action="store_true", help="run the cells that measure or train, too")
    commands.add_parser("progress", help="say how far your notebooks in work/ have come, chapter by chapter")
    release = commands.add_parser("release", help="generate exercises/ from solutions/")
    release.add_argument("assignment", nargs="*", help="all of them if none is named")
    release.add_argument("--compare", action="store_true", help="only say whether the committed ones are up to date")
    release.add_argument("--overwrite", action="store_true", help="also what somebody has edited in exercises/")
    packed = commands.add_parser("bundle", help="pack what learners need into an archive, without answers")
    packed.add_argument("--assignment", default="", help="this one and its chapter alone")
    packed.add_argument("--out", type=Path, help="the file to write; in dist/ by default")
    varied = commands.add_parser(
        "variant", help="write a term's course folder, which gives some answers and asks others"
    )
    varied.add_argument("--seed", type=int, required=True, help="a whole number, such as the year: it decides which")
    varied.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the folder to make")
    tried = commands.add_parser("try", help="try an assignment's checks on wrong and right answers and on mutants")
    tried.add_argument("assignment")
    tried.add_argument("--without-mutants", action="store_true")
    tried.add_argument("--seeds", type=int, default=3, metavar="N", help="other trials for every answer; 3 by default")
    one = commands.add_parser("judge", help="judge one submitted notebook with the hidden checks")
    one.add_argument("submission", help="a notebook, its folder, or the beginning of an assignment's name: ch01")
    one.add_argument("--source", type=Path, help="the source notebook; that of the same name in solutions/ by default")
    one.add_argument("--seed", type=int, help="of an earlier run, to get the same trials")
    one.add_argument("--without-sandbox", action="store_true", help=_OPEN)
    _add_grade(commands.add_parser("grade", help="grade what a class handed in"))
    pages = commands.add_parser("feedback", help="write a page for each learner who was graded")
    pages.add_argument("assignment")
    pages.add_argument("learner", nargs="*", help="all who were graded if none is named")
    alike = commands.add_parser(
        "similar", help="list pairs of learners whose code is nearly the same: a hint, no proof"
    )
    alike.add_argument("assignment")
    alike.add_argument("--least", type=float, default=60, metavar="PERCENT", help="alike from which on; 60 by default")
    _add_collect(commands.add_parser("collect", help="take over what a class handed in on a learning platform"))
    capstone.add(commands.add_parser("capstone", help="measure the files of the last assignment"))
    commands.add_parser("doctor", help="say what this machine has and lacks for grading")
    asked, flags = parser.parse_known_args(arguments)
    if flags and asked.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(flags)}")
    try:
        if asked.command == "check":
            return _check(asked.notebook, asked.function, asked.slow)
        if asked.command == "progress":
            return _progress()
        if asked.command in ("lab", "copy"):
            return _lab(flags if asked.command == "lab" else None)
        if asked.command == "release":
            return _release(Path.cwd(), asked)
        if asked.command == "bundle":
            return _bundle(Path.cwd(), asked.assignment, asked.out)
        if asked.command == "variant":
            return _variant(Path.cwd(), asked.seed, asked.out)
        if asked.command == "try":
            return _try(Path.cwd(), asked.assignment, not asked.without_mutants, asked.seeds)
        if asked.command == "grade":
            return _grade(Path.cwd(), asked)
        if asked.command == "feedback":
            return _feedback(Path.cwd(), asked.assignment, asked.learner)
        if asked.command == "similar":
            return _similar(Path.cwd(), asked.assignment, asked.least / 100)
        if asked.command == "collect":
            return _collect(Path.cwd(), asked)
        if asked.command == "capstone":
            return capstone.run(Path.cwd(), asked)
        if asked.command == "doctor":
            return _doctor(Path.cwd())
        return _judge(asked.submission, asked.source, asked.seed, not asked.without_sandbox)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        return 130


def _add_grade(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment")
    parser.add_argument("learner", nargs="*", help="all who handed in if none is named")
    parser.add_argument("--jobs", type=int, default=0, help="judges at a time; as many as there are cores by default")
    parser.add_argument("--again", action="store_true", help="judge unchanged submissions too, with the same trials")
    parser.add_argument("--cell", default="", help="judge this check alone, and keep the results of the others")
    parser.add_argument("--ray", default="", metavar="ADDRESS", help="judge on the machines of a Ray cluster")
    parser.add_argument("--without-sandbox", action="store_true", help=_OPEN)


def _add_collect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment")
    parser.add_argument("archive", type=Path, help="the zip file that the platform made of all submissions")
    platforms = ("canvas", "moodle", "blackboard", "brightspace")
    parser.add_argument("--from", dest="platform", choices=platforms, default="", help="if its names leave it open")
    parser.add_argument("--timezone", default="UTC", metavar="ZONE", help="of the times in its names: Europe/Rome; UTC")
    parser.add_argument(
        "--roster", type=Path, metavar="CSV", help="a table of the platform's: its numbers, and your ids"
    )
    parser.add_argument("--column", default="", metavar="HEADING", help="of the ids in the roster")


def _collect(root: Path, asked: argparse.Namespace) -> int:
    from classroom.cohort import collect, course
    from classroom.cohort.gradebook import open_book

    if bool(asked.roster) != bool(asked.column):
        raise InputError("--roster and --column go together: a table, and the heading of the ids in it.")
    here = course.find(root)
    people = collect.people(asked.roster, asked.column) if asked.roster else None
    with open_book(here) as book:
        known = {each.id for each in book.students}
    setting = collect.Setting(asked.platform, asked.timezone, people, known | set((people or {}).values()))
    report = collect.collect(here, asked.assignment, asked.archive, setting)
    print(*collect.lines(report), sep="\n")
    return 1 if report.problems else 0


def _similar(root: Path, assignment: str, least: float) -> int:
    from classroom.cohort import course, similar

    pairs, left_out = similar.similar(course.find(root), assignment, least)
    print(*similar.lines(pairs, left_out), sep="\n")
    return 0


def _grade(root: Path, asked: argparse.Namespace) -> int:
    from classroom.cohort import course
    from classroom.cohort.grade import Wish, grade

    wish = Wish(
        assignment=asked.assignment,
        learners=asked.learner,
        jobs=asked.jobs,
        again=asked.again,
        cell=asked.cell,
        sandboxed=not asked.without_sandbox,
        ray=asked.ray,
    )
    count = grade(course.find(root), wish)
    print(f"{count.judged} judged, {count.unchanged} unchanged since they were; {count.problems} could not be judged.")
    print("Written answers wait in nbgrader's formgrader; `python -m classroom feedback` makes the learners' pages.")
    return 1 if count.problems else 0


def _feedback(root: Path, assignment: str, learners: list[str]) -> int:
    from classroom.cohort import course
    from classroom.cohort.feedback import feedback

    here = course.find(root)
    count = feedback(here, assignment, learners)
    print(f"{count} pages in {here.folder('feedback')}; `nbgrader release_feedback {assignment}` hands them out.")
    return 0


def _doctor(root: Path) -> int:
    from classroom import doctor

    fine = True
    for finding in doctor.examine(root):
        status = "fine" if not finding.problem else "LACKING" if finding.needed else "absent"
        fine = fine and status != "LACKING"
        print(f"{status:<9}{finding.name:<11}{finding.problem or finding.found}")
    return 0 if fine else 1


def _check(notebook: str, function: str, slow: bool) -> int:
    from classroom.study import places  # each command imports its own: nbgrader alone takes a second
    from classroom.study.checking import check

    path = places.find(notebook)
    print(f"Running {places.shown(path)} ...", flush=True)
    report = check(path, name=function, slow=slow)
    print(*report.lines(), sep="\n")
    return 0 if report.points == report.possible else 1


def _progress() -> int:
    from classroom.study.progress import page, progress

    print(page(progress()))
    return 0


def _lab(flags: list[str] | None) -> int:
    from classroom.study import lab
    from classroom.study.copies import hand_out
    from classroom.study.places import ROOT, WORK

    copies = hand_out(ROOT)
    if copies.made:
        print(f"{len(copies.made)} notebooks copied into {WORK}/: they are yours, and nothing here overwrites them.")
    for path in copies.renewed:
        print(f"{WORK}/{path} was untouched, and is the newer version now.")
    for path in copies.kept:
        print(f"{path} is newer than your {WORK}/{path}, which stays: to get it, rename yours and run this again.")
    return 0 if flags is None else lab.start(ROOT, flags)


def _release(root: Path, asked: argparse.Namespace) -> int:
    from classroom.cohort import releases

    if asked.compare:
        found = releases.differences(root)
        print("\n".join(found) or "The exercises are what the solutions give.")
        return 1 if found else 0
    for folder in releases.release(root, asked.assignment, overwrite=asked.overwrite):
        print(f"wrote {folder.relative_to(root)}")
    return 0


def _bundle(root: Path, assignment: str, out: Path | None) -> int:
    from classroom.cohort import bundle, course

    target = out or root / "dist" / f"{bundle.FOLDER}{assignment and '-'}{assignment}.zip"
    names = bundle.bundle(course.find(root), target, assignment)
    print(f"{target}: {len(names)} files, {target.stat().st_size / 1e6:.1f} MB; no answer and no hidden check in them.")
    return 0


def _variant(root: Path, seed: int, out: Path) -> int:
    from classroom.cohort import course, variant

    variants = variant.variant(course.find(root), seed, out)
    print(*variant.lines(variants), sep="\n")
    print(f"{out} is the course of seed {seed}: release, hand out and grade it there.")
    return 0


def _try(root: Path, name: str, with_mutants: bool, seeds: int) -> int:
    from classroom.authoring import harness
    from classroom.authoring.mutants import mutants
    from classroom.judging.judge import UNCLEAR
    from classroom.notebook.cells import read
    from classroom.sandbox.fork_server import ForkServer

    master = read(root / "solutions" / name / f"{name}.ipynb")
    seed = secrets.randbits(48)
    answers = [harness.Answer("the solution", "")]
    for kind in ("wrong_answers", "right_answers"):
        answers += [harness.read_answer(path) for path in sorted((root / "tests/grader" / kind / name).glob("*.py"))]
    faults = 0
    with ForkServer() as fork_server:
        for answer in answers:
            submitted = harness.submission(master, answer) if answer.source else master
            here, judged = harness.both_verdicts(master, submitted, fork_server, seed)
            found = harness.problems(answer, judged.lost) + ["the kernel differs from the judge"] * (
                here.verdict != judged.verdict
            )
            if answer.source:
                for other, lost in harness.try_checks(master, answer, range(seed + 1, seed + 1 + seeds)):
                    found += [f"with seed {other}, {what}" for what in harness.luck(answer, lost)]
            faults += bool(found)
            _line("FAULT" if found else "fine", answer.name, "loses " + (", ".join(judged.lost) or "nothing"), "")
            print(*(f"        {fault}" for fault in found), sep="\n", end="\n" * bool(found))
        for mutant in mutants(master) if with_mutants else ():
            check = harness.try_mutant(master, mutant, fork_server, seed)
            if check is None or check.status == UNCLEAR:
                _line("alive" if check is None else "unclear", mutant.name, "", check.message if check else "")
    print(f"{len(answers) - faults} of {len(answers)} answers are judged as they should be; seed {seed}")
    return 1 if faults else 0


def _judge(submitted: str, source: Path | None, seed: int | None, sandboxed: bool) -> int:
    from classroom.judging.judge import judge
    from classroom.notebook.cells import read
    from classroom.sandbox.fork_server import ForkServer, Limits, Session
    from classroom.study import places

    submission = places.find(submitted)
    source = source or places.source_of(submission)
    sandboxed = sandboxed and not places.is_own(submission)
    master = read(source)
    seed = secrets.randbits(48) if seed is None else seed
    with ForkServer(sandboxed=sandboxed) as fork_server, Session(fork_server, Limits(), seed) as session:
        judgement = judge(master, read(submission), session, seed=seed)
    for note in judgement.notes:
        print(f"note: {note}")
    for result in judgement.results:
        _line(result.status, result.name, f"{result.points:g}/{result.max_points:g}", result.message)
    print(f"{judgement.points:g} points; seed {judgement.seed}")
    return 1 if judgement.lost else 0


def _line(status: str, name: str, points: str, message: str) -> None:
    print(f"{status:<8}{name:<40}{points:>{_WIDTH - 48}}".rstrip())
    for line in message.splitlines():
        print(f"        {line}")


if __name__ == "__main__":
    sys.exit(main())
