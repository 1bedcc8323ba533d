"""A term's variant of the course: its structure, what it keeps of the points, that it works, and what is refused."""

import ast
import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from classroom.__main__ import main
from classroom.authoring.harness import InProcess
from classroom.cohort import bundle, releases
from classroom.cohort import course as courses
from classroom.cohort.course import Course
from classroom.cohort.grade import Wish, grade
from classroom.cohort.similar import similar
from classroom.cohort.variant import RECORD, Section, Variant, choices, sections, syllabus_of, variant
from classroom.exchange.surroundings import restored
from classroom.judging.judge import Judgement, judge
from classroom.notebook.cells import read
from compresslab.errors import InputError

SEEDS = (2027, 2028, 2029)
ASSIGNMENTS = sorted(path.name for path in (Path(__file__).parents[2] / "solutions").glob("ch*"))
PROJECT = "ch18_capstone"  # has a single function
# Their asked functions call given ones at this seed.
JUDGED = {"ch04_magnitude_pruning": 2027, "ch10a_numbers_and_ranges": 2027}
CACHES = shutil.ignore_patterns(".*", "__pycache__")


@pytest.fixture(scope="module")
def small(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course's sources and documents, without the library and the records."""
    root = tmp_path_factory.mktemp("course")
    for folder in ("solutions", "course"):
        shutil.copytree(repository / folder, root / folder, ignore=CACHES)
    for name in ("nbgrader_config.py", *bundle.SET_UP):
        shutil.copy(repository / name, root)
    return courses.find(root)


@pytest.fixture(scope="module")
def terms(small: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Path, dict[str, Variant]]]:
    """The folder of each seed, and what was said of it."""
    folder = tmp_path_factory.mktemp("terms")
    return {
        seed: (folder / str(seed), {each.assignment: each for each in variant(small, seed, folder / str(seed))})
        for seed in SEEDS
    }


def notebook(root: Path, name: str, folder: str = "solutions") -> list[dict[str, Any]]:
    return json.loads((root / folder / name / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]


def marks(cell: dict[str, Any]) -> dict[str, Any]:
    return cell["metadata"].get("nbgrader", {})


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def row(cells: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The checks that follow each answer, by its name: read from nbgrader's metadata alone."""
    found: dict[str, list[dict[str, Any]]] = {}
    for cell in cells:
        if marks(cell).get("solution") and not marks(cell)["grade"]:
            found[marks(cell)["grade_id"]] = []
        elif marks(cell).get("grade") and not marks(cell)["solution"]:
            list(found.values())[-1].append(cell)
    return found


def points(checks: list[dict[str, Any]]) -> float:
    return sum(marks(check)["points"] for check in checks)


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_variant_asks_some_functions_as_they_were_and_gives_the_others(
    name: str, seed: int, small: Course, terms: Any
) -> None:
    root, said = terms[seed]
    before, after = notebook(small.root, name), notebook(root, name)
    if name == PROJECT:
        assert (root / "solutions" / name / f"{name}.ipynb").read_bytes() == small.source(name).read_bytes()
        return
    nbformat.validate(nbformat.read(root / "solutions" / name / f"{name}.ipynb", as_version=4))
    whole, asked = row(before), row(after)
    given = whole.keys() - asked.keys()
    assert asked == {answer: checks for answer, checks in whole.items() if answer not in given}
    left, everything = (sum(map(points, checks.values())) for checks in (asked, whole))
    assert 0.5 < left / everything < 0.8
    assert (said[name].points, said[name].of) == (left, everything)

    old, new = ({cell["id"]: cell for cell in cells} for cells in (before, after))
    assert len(new) == len(after)
    for place, cell in enumerate(before):
        if marks(cell).get("grade_id") not in given:
            continue
        locked = new[cell["id"]]
        assert marks(locked) == marks(cell) | {"locked": True, "solution": False}
        assert ast.dump(ast.parse(text(locked))) == ast.dump(ast.parse(text(cell)))
        assert "###" not in text(locked)
        told = after[after.index(locked) - 1]
        functions = [part.name for part in ast.parse(text(cell)).body if isinstance(part, ast.FunctionDef)]
        assert text(told).startswith("**Given this term:** ")
        assert text(told).count(".") == 1
        assert all(f"`{function}`" in text(told) for function in functions)
        assert "Hint" not in text(after[after.index(told) - 1])
        assert before[place - 1]["id"] not in new or "Hint" not in text(before[place - 1])
    untouched = [each for each in after if each["id"] in old and marks(each).get("grade_id") not in given]
    assert [cell for cell in untouched[1:] if cell != old[cell["id"]]] == []
    stays = [each["id"] for each in before if each["id"] in new and marks(each).get("grade_id") not in given]
    assert [cell["id"] for cell in untouched] == stays
    gone = [cell for cell in before if cell["id"] not in new]
    checks = [cell for answer in given for cell in whole[answer]]
    assert all(text(cell).startswith("<details><summary>Hint") for cell in gone if cell not in checks)
    assert all(check in gone for check in checks)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_points_in_the_texts_are_those_of_the_checks(seed: int, terms: Any) -> None:
    root, said = terms[seed]
    syllabus = (root / "course" / "SYLLABUS.md").read_text(encoding="utf-8")
    by_checks = by_hand = 0.0
    for name in ASSIGNMENTS:
        if name == PROJECT:
            continue
        cells = notebook(root, name)
        left = sum(map(points, row(cells).values()))
        written = sum(marks(cell)["points"] for cell in cells if marks(cell).get("grade") and marks(cell)["solution"])
        assert re.findall(r"(\d+)\s+in\s+all,\s+and\s+(\d+)\s+more", text(cells[0])) == [(f"{left:g}", f"{written:g}")]
        begins = text(cells[0]).partition("**This term's variant.** You write ")[2]
        asked, _, given = begins.partition(" Given as worked examples, without points: ")
        assert tuple(re.findall("`(.*?)`", asked)) == said[name].asked
        assert tuple(re.findall("`(.*?)`", given)) == said[name].given
        assert re.search(rf"^\| \[{name}\]\S+ \| \d+ \+ \d+ \| {left:g} \+ {written:g} \| ", syllabus, re.MULTILINE)
        by_checks, by_hand = by_checks + left, by_hand + written
    share = by_hand / (by_checks + by_hand)
    assert f"; {by_checks:g} points by checks and {by_hand:g} by hand, {share:.0%} of all." in syllabus
    assert f"the variant of seed {seed}" in syllabus


def test_a_syllabus_without_a_table_stays_as_it_is() -> None:
    assert syllabus_of("Two hours a week.", [Variant("ch01", ("a",), ("b",), 2, 3)], 1) == "Two hours a week."


def test_the_same_seed_gives_the_same_bytes_and_leaves_the_course_alone(
    small: Course, terms: Any, tmp_path: Path
) -> None:
    before = files(small.root)
    (tmp_path / "again").mkdir()  # an empty folder may be there
    variant(small, SEEDS[0], tmp_path / "again")
    assert files(tmp_path / "again") == files(terms[SEEDS[0]][0])
    assert files(small.root) == before
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_neighbouring_seeds_differ_in_every_assignment_and_each_function_has_its_turn(
    repository: Path, small: Course, terms: Any
) -> None:
    counts = []
    for name in set(ASSIGNMENTS) - {PROJECT}:
        given = [terms[seed][1][name].given for seed in SEEDS]
        assert given[0] != given[1] != given[2], name
        whole = sections(read(small.source(name)))
        possible = choices(whole, name)
        assert len(possible) == len(set(possible)), name
        counts.append(len(possible))
        assert {place for choice in possible for place in choice} == set(range(len(whole))), name
    said = f"all of its variants ({min(counts)} to {max(counts)}) have been used"
    assert said in (repository / "course" / "INTEGRITY.md").read_text(encoding="utf-8")


def test_the_document_says_how_many_checks_draw_random_trials(repository: Path, small: Course) -> None:
    checks = [check for name in ASSIGNMENTS for each in row(notebook(small.root, name)).values() for check in each]
    drawn = sum("trials(" in text(check) for check in checks)
    said = f"in {drawn} of the {len(checks)} checks: no numbers learned by heart pass there. "
    assert f"{said}The other {len(checks) - drawn} " in (repository / "course" / "INTEGRITY.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("name", "given", "asked"),
    [
        ("ch11_combined_compression", "lsq", "round_ste"),  # its solution rounds by the very same line
        ("ch04_magnitude_pruning", "prune_further", "global_masks"),
        ("ch04_magnitude_pruning", "global_masks", "prune_further"),
    ],
)
def test_no_given_solution_tells_one_that_is_asked(name: str, given: str, asked: str, small: Course) -> None:
    whole = [each.cell for each in sections(read(small.source(name)))]
    told, secret = whole.index(given), whole.index(asked)
    assert all(secret in choice for choice in choices(sections(read(small.source(name))), name) if told in choice)


def test_given_solutions_do_not_tell_one_together_either() -> None:
    """A sixth of the third function stands in the first, and another sixth in the second."""
    lines = [f"total = sum(x[{k}] * y[{k}] for k in range({k}, n, {k + 2}) if x[k] > {k} and y[k])" for k in range(6)]
    written = [f"def f(x, y, n): {body}" for body in (lines[0], lines[1], "; ".join(lines))]
    written += ["class A: pass", "class B: pass", "class C: pass"]
    whole = [Section(f"f{place}", (f"f{place}",), 3, 0, (), source) for place, source in enumerate(written)]
    told = [len(whole[i].digests & whole[2].digests) / len(whole[2].digests) for i in (0, 1)]
    assert max(told) < 0.25 < sum(told)
    possible = choices(whole, "made up")
    assert {(0, 3), (1, 3), (3, 4)} <= set(possible)
    assert (0, 1) not in possible
    assert not any(2 in given for given in possible)  # it tells both of the others, and three are more than a third


def judged_here(root: Path, name: str, folder: str) -> Judgement:
    """A notebook judged by the variant's source; without the cells that measure and train."""
    handed_in = [cell for cell in read(root / folder / name / f"{name}.ipynb") if cell.kind != "extra"]
    with restored():
        return judge(read(root / "solutions" / name / f"{name}.ipynb"), handed_in, InProcess(7), seed=7)


@pytest.fixture(scope="module")
def released(terms: Any) -> Path:
    root = terms[2027][0]
    assert {JUDGED[name] for name in JUDGED} == {2027}
    releases.release(root, list(JUDGED))
    return root


@pytest.mark.parametrize("name", JUDGED)
def test_the_variants_solution_gets_all_points_and_its_release_none(name: str, released: Path, terms: Any) -> None:
    asked = terms[2027][1][name].points
    judgement = judged_here(released, name, "solutions")
    assert judgement.lost == {}
    assert judgement.points == asked > 0
    untouched = judged_here(released, name, "exercises")
    assert untouched.points == 0
    assert len(untouched.lost) == len([result for result in untouched.results if result.status != "by hand"])


@pytest.mark.parametrize("name", JUDGED)
def test_a_release_holds_what_is_given_and_no_solution_that_is_asked(name: str, released: Path, terms: Any) -> None:
    source, handed_out = notebook(released, name), notebook(released, name, "exercises")
    everything = "\n".join(map(text, handed_out))
    assert not re.search("### (BEGIN|END)", everything)
    regions = [
        part for cell in source for part in re.findall(r"### BEGIN SOLUTION\n(.*?) *### END", text(cell), re.DOTALL)
    ]
    assert len(regions) >= len(row(source))
    for region in regions:
        secret = [line for line in region.splitlines() if len(line.strip()) > 30]
        assert [line for line in secret if line in everything] == []
        assert region.strip() not in everything
    asked = {marks(cell)["grade_id"]: text(cell) for cell in handed_out if marks(cell).get("solution")}
    assert all("raise NotImplementedError" in stub for answer, stub in asked.items() if answer != "explain")
    named = {part: cell for cell in handed_out for part in terms[2027][1][name].given if f"def {part}(" in text(cell)}
    assert named.keys() == set(terms[2027][1][name].given)
    for cell in named.values():
        assert "NotImplementedError" not in text(cell)
        assert (cell["metadata"]["editable"], cell["metadata"]["deletable"]) == (False, False)


def test_the_learners_archive_is_made_of_a_variant_as_of_the_course(released: Path, tmp_path: Path) -> None:
    names = bundle.bundle(courses.find(released), tmp_path / "course.zip")
    assert {name for name in names if name.startswith("exercises/")} == {
        f"exercises/{name}/{name}.ipynb" for name in JUDGED
    }
    assert RECORD not in names


@pytest.mark.linux
def test_a_learner_of_a_variant_is_graded_in_it(terms: Any) -> None:
    root, said = terms[2028]
    name = "ch12_pareto_frontier"
    here = courses.find(root)
    for learner, changed in {"anna": "", "ben": "def knee(*anything):\n    return None\n"}.items():
        cells = json.loads(here.source(name).read_text(encoding="utf-8"))
        cells["cells"] = [cell for cell in cells["cells"] if "slow" not in cell["metadata"].get("tags", [])]
        for cell in cells["cells"]:
            if (
                changed
                and marks(cell).get("locked")
                and not marks(cell)["grade"]
                and marks(cell)["grade_id"] != "setup"
            ):
                cell["source"] = changed  # what is given can't be spoilt, nor improved
        target = here.folder("submitted") / learner / name / f"{name}.ipynb"
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(cells), encoding="utf-8")
    count = grade(here, Wish(name, jobs=2), lambda line: None)
    assert (count.judged, count.problems) == (2, 0)
    with Gradebook(here.database, here.name) as book:
        for learner in ("anna", "ben"):
            scores = book.find_submission(name, learner).notebooks[0].grades
            assert sum(grade.auto_score or 0 for grade in scores) == said[name].points
            assert sum(grade.max_score for grade in scores) == said[name].points + 4


def test_what_a_learner_takes_from_last_term_is_found_with_its_worked_examples(terms: Any) -> None:
    """What the integrity page advises: last term's submissions, under names of their own, beside this term's."""
    name = "ch16_deploying_compressed_models"
    (last, before), (here, now) = terms[2027], terms[2028]
    taken = set(before[name].given) & set(now[name].asked)
    assert taken
    releases.release(here, [name])
    handed_in = {"2027-zoe": last / "solutions", "anna": here / "solutions", "ben": here / "exercises"}
    for learner, folder in handed_in.items():
        shutil.copytree(folder / name, here / ".grading" / "submitted" / learner / name)
    pairs, left_out = similar(courses.find(here), name, 0.6)
    assert [(pair.first, pair.second) for pair in pairs] == [("2027-zoe", "anna")]
    assert pairs[0].share > 0.95
    assert all(pairs[0].functions[function] == 1 for function in taken)
    assert left_out == []


def test_what_is_written_by_hand_stays_in_every_variant(small: Course, terms: Any) -> None:
    for name in ASSIGNMENTS:
        for root, _ in terms.values():
            pair = (notebook(small.root, name), notebook(root, name))
            first, second = (
                [cell for cell in cells if marks(cell).get("grade") and marks(cell)["solution"]] for cells in pair
            )
            assert first == second != [], name


def test_a_variant_is_a_course_without_tests_submissions_and_caches(make_class: Any, tmp_path: Path) -> None:
    here = make_class(anna="{}")
    for name in (
        "lib/a.py",
        "lib/__pycache__/a.pyc",
        "tests/test_a.py",
        "exercises/a.ipynb",
        "course/.x/y",
        "README.md",
    ):
        (here.root / name).parent.mkdir(parents=True, exist_ok=True)
        (here.root / name).write_text("text")
    (here.root / "lib" / "link.py").symlink_to(here.root / "tests" / "test_a.py")
    variant(here, 1, tmp_path / "term")
    assert files(tmp_path / "term").keys() == {
        "lib/a.py", "README.md", "nbgrader_config.py", RECORD, "solutions/straight_through/straight_through.ipynb",
    }  # fmt: skip
    record = json.loads((tmp_path / "term" / RECORD).read_text())
    whole = {"asked": ["fake_quantize"], "given": [], "points": 7, "of": 7}
    assert record == {"seed": 1, "assignments": {"straight_through": whole}}


@pytest.mark.parametrize("seed", [-1, 1.5, True, "2027", None])
def test_a_seed_that_is_none_is_refused(seed: Any, small: Course, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"seed=.*whole number of at least 0: take the year"):
        variant(small, seed, tmp_path / "term")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_refused_and_kept(make_class: Any, tmp_path: Path) -> None:
    here = make_class()
    (tmp_path / "term").mkdir()
    (tmp_path / "term" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"term isn't empty, and nothing in it is overwritten"):
        variant(here, 1, tmp_path / "term")
    with pytest.raises(InputError, match=r"notes\.txt is a file"):
        variant(here, 1, tmp_path / "term" / "notes.txt")
    with pytest.raises(InputError, match=r"cannot write .*Name another folder"):
        variant(here, 1, tmp_path / "term" / "notes.txt" / "term")
    assert {path.name for path in (tmp_path / "term").iterdir()} == {"notes.txt"}
    for inside in ("solutions/term", "course/term", "exercises/straight_through"):
        with pytest.raises(InputError, match="lies in what the course is made of"):
            variant(here, 1, here.root / inside)
    with pytest.raises(InputError, match="isn't empty"):
        variant(here, 1, here.root)


def test_a_variant_may_lie_in_the_course_and_is_none_of_a_variant(make_class: Any) -> None:
    here = make_class()
    variant(here, 1, here.root / "terms" / "2027")
    variant(here, 2, here.root / "terms" / "2028")
    assert not (here.root / "terms" / "2028" / "terms").exists()
    with pytest.raises(InputError, match="is a variant already"):
        variant(courses.find(here.root / "terms" / "2027"), 3, here.root / "terms" / "2029")


def spoilt(here: Course, kind: str) -> str:
    path = here.source("straight_through")
    content = json.loads(path.read_text(encoding="utf-8"))
    answer = next(cell for cell in content["cells"] if marks(cell).get("grade_id") == "fake_quantize")
    check = next(cell for cell in content["cells"] if marks(cell).get("grade_id") == "quantize_values")
    match kind:
        case "no notebook":
            path.write_text("{")
            return "straight_through.ipynb is not a notebook"
        case "points":
            content["cells"][0]["source"] = "You can get 99 in\nall, and 4 more by hand."
            extra = range(2)
            said = "says 99 points in all, and its checks have 1?[0-9]"
        case _:
            extra = range(16)
            said = "asks 17 answers, 16 is the most"
    for number in extra:
        for cell in (answer, check):
            copied = json.loads(json.dumps(cell))
            copied["id"] += str(number)
            marks(copied)["grade_id"] += str(number)
            if cell is answer:
                copied["source"] = (
                    f"def f{number}(x):\n    ### BEGIN SOLUTION\n    return x + {number}\n    ### END SOLUTION"
                )
            content["cells"].append(copied)
    path.write_text(json.dumps(content), encoding="utf-8")
    return said


@pytest.mark.parametrize("kind", ["no notebook", "points", "too many"])
def test_where_an_assignment_cannot_be_taken_apart_nothing_is_written(
    kind: str, make_class: Any, tmp_path: Path
) -> None:
    here = make_class()
    said = spoilt(here, kind)
    with pytest.raises(InputError, match=said):
        variant(here, 1, tmp_path / "terms" / "2027")
    assert list((tmp_path / "terms").iterdir()) == []


def test_a_course_without_assignments_is_refused(make_class: Any, tmp_path: Path) -> None:
    here = make_class()
    shutil.rmtree(here.root / "solutions")
    with pytest.raises(InputError, match=r"no assignment in .*solutions"):
        variant(here, 1, tmp_path / "term")


def test_the_command_says_what_is_asked_and_what_is_wrong(
    small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(small.root)
    command = ["variant", "--seed", "2027", "--out", str(tmp_path / "term")]
    assert main(command) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said[:-1]] == ASSIGNMENTS
    assert re.fullmatch(r"ch04_\w+: \d+ of 26 points asked; given: \w+(, \w+)*", said[3])
    assert said[-2] == "ch18_capstone: 2 of 2 points asked"
    assert said[-1].startswith(f"{tmp_path / 'term'} is the course of seed 2027")
    assert main(command) == 2
    assert "isn't empty" in capsys.readouterr().err
