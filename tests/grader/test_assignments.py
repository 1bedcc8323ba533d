"""Every assignment's checks, tried on answers that are known: as in a learner's kernel, and from the judge."""

import functools
import tomllib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from classroom.authoring.harness import (
    Answer,
    InProcess,
    both_verdicts,
    luck,
    problems,
    read_answer,
    submission,
    try_checks,
    try_mutant,
)
from classroom.authoring.ledger import Ledger, decisive, without_words
from classroom.authoring.mutants import Mutant, mutants
from classroom.authoring.verdicts import Table
from classroom.judging.judge import PASSED, judge
from classroom.judging.provenance import code_that_judges, digest
from classroom.notebook.cells import read
from classroom.sandbox.fork_server import ForkServer

SEED = 20_240_229  # fixed, so that a failure is the same for everyone
GRADER = Path(__file__).parent
REPOSITORY = GRADER.parents[1]
SOURCES = {
    path.stem: path
    for folder in (REPOSITORY / "solutions", GRADER / "assignments")
    for path in sorted(folder.glob("*/*.ipynb"))
}
PARTS = 4  # that an assignment's mutants are divided into, for several workers
ANSWERS = [
    pytest.param(name, path, id=f"{name}-{path.stem}")
    for name in SOURCES
    for folder in ("wrong_answers", "right_answers")
    for path in sorted((GRADER / folder / name).glob("*.py"))
]


def sampled(name: str) -> bool:
    """One in twelve, the same in every run."""
    return zlib.crc32(name.encode()) % 12 == 0


@pytest.mark.parametrize("name", SOURCES)
def test_the_solution_gets_everything(name: str, fork_server: ForkServer) -> None:
    master = read(SOURCES[name])
    here, judged = both_verdicts(master, master, fork_server, SEED)
    assert judged.lost == {}
    assert judged.points == sum(cell.points for cell in master if cell.kind == "test")
    assert judged.notes == []
    assert here == judged


@pytest.mark.parametrize("name", SOURCES)
def test_the_solution_gets_everything_whatever_the_trials(name: str) -> None:
    master = read(SOURCES[name])
    for seed in range(SEED + 1, SEED + 6):
        assert judge(master, master, InProcess(seed), seed=seed).lost == {}, seed


@pytest.fixture(scope="session")
def settings() -> Callable[[str], str]:
    """A digest of what decides an assignment's verdicts, besides the answer."""

    @functools.cache
    def of(name: str) -> str:
        cells = read(SOURCES[name])
        code = code_that_judges([cell.source for cell in cells if cell.is_code], also=["authoring"])
        return digest(decisive(cells), (REPOSITORY / "constraints.txt").read_bytes(), code)

    return of


@pytest.mark.parametrize(("name", "path"), ANSWERS)
def test_an_answer_is_judged_as_it_says_whatever_the_trials(
    name: str, path: Path, table: Table, ledger: Ledger, settings: Callable[[str], str]
) -> None:
    master, answer = read(SOURCES[name]), read_answer(path)
    kind = path.parents[1].name.replace("_", " ")
    assert bool(answer.loses) == bool(answer.says) == (kind == "wrong answers")

    def judge_anew() -> dict[str, Any]:
        (_, lost), *others = try_checks(master, answer, range(SEED, SEED + 4))
        return {
            "lost": {check: result.status for check, result in lost.items()},
            "faults": problems(answer, lost),
            "by luck": [f"seed {seed}: {what}" for seed, missing in others for what in luck(answer, missing)],
            "message": next((result.message for result in lost.values()), ""),
        }

    entry, key = f"{kind}: {path.stem}", digest(settings(name), path.read_bytes(), SEED)
    found = ledger.verdict(name, entry, key, judge_anew)
    table.enter(name, kind, path.stem, found["lost"], found["message"])
    assert found["faults"] == []
    assert found["by luck"] == []
    ledger.keep(name, entry, key, found)


# That kernel and judge agree is a property of the way between them, not of each answer: a sample shows it.
@pytest.mark.parametrize(
    ("name", "path"),
    [each for each in ANSWERS if each.values[1].parents[1].name == "right_answers" or sampled(str(each.id))],
)
def test_an_answer_is_judged_alike_in_a_kernel_and_by_the_judge(name: str, path: Path, fork_server: ForkServer) -> None:
    master, answer = read(SOURCES[name]), read_answer(path)
    here, judged = both_verdicts(master, submission(master, answer), fork_server, SEED)
    assert problems(answer, judged.lost) == []
    assert here.verdict == judged.verdict


@pytest.mark.parametrize("name", SOURCES)
def test_the_release_gets_nothing_and_does_not_crash(name: str, course: Path, fork_server: ForkServer) -> None:
    own_release = SOURCES[name].is_relative_to(REPOSITORY / "solutions")
    released = (REPOSITORY if own_release else course) / "exercises" / name / f"{name}.ipynb"
    here, judged = both_verdicts(read(SOURCES[name]), read(released), fork_server, SEED)
    assert judged.points == 0
    assert problems(Answer("release", "", tuple(judged.lost)), judged.lost) == []
    assert here.verdict == judged.verdict
    assert all(result.status != PASSED for result in judged.results)


@pytest.mark.parametrize(
    ("name", "part"), [pytest.param(name, part, id=f"{name}-{part}") for name in SOURCES for part in range(PARTS)]
)
def test_every_mutant_is_caught_or_known_to_be_equivalent(
    name: str, part: int, fork_server: ForkServer, table: Table, ledger: Ledger, settings: Callable[[str], str]
) -> None:
    master = read(SOURCES[name])
    every = list(mutants(master))
    alive = set()
    for mutant in every[part::PARTS]:
        entry = f"mutant: {mutant.name}"
        key = digest(settings(name), without_words(mutant.cells[mutant.place].source), SEED)
        first = ledger.last(name, entry).get("caught by", "")

        def judge_anew(mutant: Mutant = mutant, first: str = first) -> dict[str, str]:
            caught = try_mutant(master, mutant, fork_server, SEED, first)
            return {"caught by": caught.name if caught else "", "message": caught.message if caught else ""}

        found = ledger.verdict(name, entry, key, judge_anew)
        table.enter(name, "mutants", mutant.name, [found["caught by"]] * bool(found["caught by"]), found["message"])
        ledger.keep(name, entry, key, found)
        if not found["caught by"]:
            alive.add(mutant.name)
    path = GRADER / "equivalent_mutants" / f"{name}.toml"
    equivalent = set(tomllib.loads(path.read_text(encoding="utf-8"))) if path.exists() else set()
    assert equivalent <= {mutant.name for mutant in every}
    assert alive == equivalent & {mutant.name for mutant in every[part::PARTS]}
    assert len(equivalent) < len(every)


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("ch")])
def test_an_assignment_has_enough_answers(name: str) -> None:
    answers = [(path.values[1], read_answer(path.values[1])) for path in ANSWERS if path.values[0] == name]
    wrong = [answer for path, answer in answers if path.parents[1].name == "wrong_answers"]
    checks = {cell.name for cell in read(SOURCES[name]) if cell.kind == "test"}
    assert len(answers) - len(wrong) >= 2
    assert {lost for answer in wrong for lost in answer.loses} == checks, "a check that no wrong answer needs"
