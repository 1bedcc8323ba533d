"""Every assignment's checks, tried on answers that are known: as in a learner's kernel, and from the judge."""

import tomllib
from pathlib import Path

import pytest

from classroom.authoring.harness import (
    Answer,
    InProcess,
    both_verdicts,
    chances,
    problems,
    read_answer,
    submission,
    try_mutants,
)
from classroom.authoring.verdicts import Table
from classroom.judging.judge import PASSED, judge
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
ANSWERS = [
    pytest.param(name, path, id=f"{name}-{path.stem}")
    for name in SOURCES
    for folder in ("wrong_answers", "right_answers")
    for path in sorted((GRADER / folder / name).glob("*.py"))
]


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


@pytest.mark.parametrize(("name", "path"), ANSWERS)
def test_an_answer_is_judged_as_it_says(name: str, path: Path, fork_server: ForkServer, table: Table) -> None:
    master, answer = read(SOURCES[name]), read_answer(path)
    assert bool(answer.loses) == bool(answer.says) == (path.parents[1].name == "wrong_answers")
    here, judged = both_verdicts(master, submission(master, answer), fork_server, SEED)
    table.add(name, path.parents[1].name.replace("_", " "), path.stem, judged.lost.values())
    assert problems(answer, judged) == []
    assert here.verdict == judged.verdict


@pytest.mark.parametrize(("name", "path"), ANSWERS)
def test_an_answer_is_judged_so_whatever_the_trials(name: str, path: Path) -> None:
    assert list(chances(read(SOURCES[name]), read_answer(path), range(SEED + 1, SEED + 4))) == []


@pytest.mark.parametrize("name", SOURCES)
def test_the_release_gets_nothing_and_does_not_crash(name: str, course: Path, fork_server: ForkServer) -> None:
    own_release = SOURCES[name].is_relative_to(REPOSITORY / "solutions")
    released = (REPOSITORY if own_release else course) / "exercises" / name / f"{name}.ipynb"
    here, judged = both_verdicts(read(SOURCES[name]), read(released), fork_server, SEED)
    assert judged.points == 0
    assert problems(Answer("release", "", tuple(judged.lost)), judged) == []
    assert here.verdict == judged.verdict
    assert all(result.status != PASSED for result in judged.results)


@pytest.mark.parametrize("name", SOURCES)
def test_every_mutant_is_caught_or_known_to_be_equivalent(name: str, fork_server: ForkServer, table: Table) -> None:
    caught_by = dict(try_mutants(read(SOURCES[name]), fork_server, SEED))
    for mutant, check in caught_by.items():
        table.add(name, "mutants", mutant, [check] if check else [])
    alive = [mutant for mutant, check in caught_by.items() if check is None]
    path = GRADER / "equivalent_mutants" / f"{name}.toml"
    equivalent = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    assert sorted(alive) == sorted(equivalent)
    assert len(alive) < len(caught_by)


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("ch")])
def test_an_assignment_has_enough_answers(name: str) -> None:
    answers = [(path.values[1], read_answer(path.values[1])) for path in ANSWERS if path.values[0] == name]
    wrong = [answer for path, answer in answers if path.parents[1].name == "wrong_answers"]
    checks = {cell.name for cell in read(SOURCES[name]) if cell.kind == "test"}
    assert len(answers) - len(wrong) >= 2
    assert {lost for answer in wrong for lost in answer.loses} == checks, "a check that no wrong answer needs"
