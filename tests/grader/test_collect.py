"""What a learning platform's archive becomes: the right learner's last attempt, and a report of all else."""

import io
import json
import shutil
import stat
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from small_class import NAME, answered, scores

from classroom.__main__ import main
from classroom.capstone import ASSIGNMENT, handed_in
from classroom.cohort import course as courses
from classroom.cohort import submissions
from classroom.cohort.collect import Setting, collect, lines, people
from classroom.cohort.course import Course
from classroom.cohort.gradebook import open_book
from compresslab.errors import InputError

NOTEBOOK = f"{NAME}.ipynb"
ARCHIVES: dict[str, dict[str, tuple[str, str]]] = {  # file in the archive: whose it must become, and the time in UTC
    "canvas": {
        f"anderssonanna_1001_70001_{NOTEBOOK}": ("1001", ""),
        f"brownben_LATE_1002_70002_{NAME}-1.ipynb": ("1002", ""),
        "o-neil-cruzcarla_1003_70003_my notebook (final).ipynb": ("1003", ""),
    },
    "moodle": {
        f"Anna Andersson_2001_assignsubmission_file_/{NOTEBOOK}": ("2001", ""),
        f"Ben de_la Brown_2002_assignsubmission_file_/deep/er/{NOTEBOOK}": ("2002", ""),
        f"Zoë Nguyễn_2003_assignsubmission_file/{NOTEBOOK}": ("2003", ""),
    },
    "blackboard": {
        f"Homework_1_anna_attempt_2026-01-30-15-00-00_{NOTEBOOK}": ("anna", "2026-01-30 15:00:00"),
        f"Homework_1_ben_attempt_2026-02-01-00-10-59_{NAME} (2).ipynb": ("ben", "2026-02-01 00:10:59"),
        "Homework_1_ben_attempt_2026-02-01-00-10-59.txt": ("", ""),
    },
    "brightspace": {
        f"397063-2557369 - Mary-Ann Smith - Sep 24, 2026 926 PM/{NOTEBOOK}": ("397063", "2026-09-24 21:26:00"),
        f"397064-2557370 - John - Paul Doe - 24 September, 2026 1205 AM/{NOTEBOOK}": ("397064", "2026-09-24 00:05:00"),
        "index.html": ("", ""),
    },
}


def zipped(path: Path, files: dict[str, bytes | str]) -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # zipfile warns of a name that comes twice
        for name, content in files.items():
            archive.writestr(name.rstrip("\0"), content)
    return path


def found(here: Course) -> dict[str, bytes]:
    """What lies in nbgrader's folder, by its path there."""
    root = here.folder("submitted")
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def here(make_class: Any) -> Course:
    return make_class()


@pytest.mark.parametrize("platform", ARCHIVES)
@pytest.mark.parametrize("around", ["", "submissions/"])
def test_each_platforms_archive_is_known_by_its_names(platform: str, around: str, here: Course, tmp_path: Path) -> None:
    files = {around + name: learner for name, (learner, _) in ARCHIVES[platform].items()}
    report = collect(here, NAME, zipped(tmp_path / "all.zip", files), Setting())
    expected = {learner: when for learner, when in ARCHIVES[platform].values() if learner}
    assert report.written == sorted(expected) and report.problems == []
    handed_in = {path: content.decode() for path, content in found(here).items()}
    assert {path: text for path, text in handed_in.items() if path.endswith(".ipynb")} == {
        f"{learner}/{NAME}/{NOTEBOOK}": learner for learner in expected
    }
    for learner, when in expected.items():
        assert handed_in.get(f"{learner}/{NAME}/timestamp.txt", "") == (f"{when} UTC" if when else "")
        assert str(submissions.time_of(here.folder("submitted") / learner / NAME) or "") == when


def test_the_last_attempt_counts_in_whatever_order_they_come(here: Course, tmp_path: Path) -> None:
    days = ("03", "11", "07")
    files = {f"HW_anna_attempt_2026-01-{day}-10-00-00_{NOTEBOOK}": day for day in days}
    files[f"HW_anna_attempt_2026-01-11-10-00-00_old-{NOTEBOOK}"] = "beside it"
    collect(here, NAME, zipped(tmp_path / "a.zip", files), Setting())
    path = f"anna/{NAME}/{NOTEBOOK}"
    assert found(here)[path] == b"11"
    older = {name: "older" for name in files if "-07-" in name}
    assert collect(here, NAME, zipped(tmp_path / "b.zip", older), Setting()).kept == ["anna"]
    assert found(here)[path] == b"11"
    again = {f"HW_anna_attempt_2026-01-12-10-00-00_{NOTEBOOK}": "12"}
    assert collect(here, NAME, zipped(tmp_path / "c.zip", again), Setting()).written == ["anna"]
    assert found(here)[path] == b"12"
    files = {f"aa_1_{number}_{NAME}{tail}.ipynb": str(number) for number, tail in ((9, ""), (10, "-1"), (8, "-2"))}
    collect(here, NAME, zipped(tmp_path / "d.zip", files), Setting("canvas"))
    assert found(here)[f"1/{NAME}/{NOTEBOOK}"] == b"10"


def test_times_are_read_in_the_platforms_zone(here: Course, tmp_path: Path) -> None:
    files = {f"HW_anna_attempt_2026-07-01-00-30-00_{NOTEBOOK}": "x"}
    collect(here, NAME, zipped(tmp_path / "a.zip", files), Setting(zone="Europe/Rome"))
    assert str(submissions.time_of(here.folder("submitted") / "anna" / NAME)) == "2026-06-30 22:30:00"
    with pytest.raises(InputError, match="no time zone Rome"):
        collect(here, NAME, tmp_path / "a.zip", Setting(zone="Rome"))


@pytest.mark.linux
def test_a_late_mark_without_a_time_is_seen_where_it_is_graded(
    here: Course, source: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(here.root)
    notebook = json.dumps(source)
    other = json.dumps(answered(source, explain="In time."))
    names = {f"brownben_LATE_1002_70002_{NOTEBOOK}": notebook, f"cruzcarla_1003_70003_{NOTEBOOK}": other}
    assert main(["collect", NAME, str(zipped(tmp_path / "a.zip", names))]) == 0
    with open_book(here) as book:
        book.add_assignment(NAME, duedate="2026-01-01 00:00:00 UTC")
    assert main(["grade", NAME]) == 0
    said = capsys.readouterr().out
    assert "1002: 7 of 7 points; the time of handing in: unknown, and marked late by the learning platform" in said
    assert "Counted as on time, since no time of handing in was noted: 1002, 1003" in said
    assert set(scores(here)) == {"1002", "1003"}


def test_a_roster_turns_the_platforms_numbers_into_ids(here: Course, tmp_path: Path) -> None:
    canvas = tmp_path / "grades.csv"
    canvas.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
        '"Andersson, Anna",1001,u1,anna@x.org,1\n"Brown, Ben",1002,u2,ben@x.org,1\n'
    )
    ids = people(canvas, "SIS Login ID")
    report = collect(
        here, NAME, zipped(tmp_path / "a.zip", dict.fromkeys(ARCHIVES["canvas"], "x")), Setting(people=ids)
    )
    assert report.written == ["anna@x.org", "ben@x.org"]
    assert report.problems == ["o-neil-cruzcarla_1003_70003_my notebook (final).ipynb: the roster has no 1003"]
    moodle = tmp_path / "worksheet.csv"
    moodle.write_text("\ufeffIdentifier,Full name,Email address\nParticipant 2001,Anna Andersson,anna@x.org\n")
    assert people(moodle, "Email address")["2001"] == "anna@x.org"
    d2l = tmp_path / "d2l.csv"
    d2l.write_text("Username,Last Name,First Name\n#mary,Smith,Mary-Ann\n#jane,Doe,Jo\n#john,Doe,Jo\n")
    assert {key: value for key, value in people(d2l, "Username").items() if " " in key} == {"mary-ann smith": "mary"}
    with pytest.raises(InputError, match="no column Login: choose from Username, Last Name, First Name"):
        people(d2l, "Login")


AT = "attempt_2026-01-01-00-00-00"
FORGED = {
    "another platform's name within": ("canvas", f"mel_1_2_HW_ben_attempt_2099-01-01-00-00-00_{NOTEBOOK}", "1"),
    "its own platform's name within": ("blackboard", f"HW_mel_{AT}_HW_ben_{AT}_x.ipynb", "mel"),
    "numbers within": ("canvas", "mel_1_2_brownben_1002_70002_x.ipynb", "1"),
    "moodle within moodle": ("moodle", "Mel_1_assignsubmission_file_Ben_2_assignsubmission_file_x.ipynb", "1"),
    "a folder within": ("moodle", "Mel_1_assignsubmission_file_/Ben_2_assignsubmission_file_/x.ipynb", "1"),
    "an attempt within": ("brightspace", "1-2 - Mel - Jan 3, 2026 900 AM/3-4 - Ben - Jan 4, 2026 1 AM/x.ipynb", "1"),
}  # fmt: skip


@pytest.mark.parametrize(("platform", "name", "learner"), FORGED.values(), ids=FORGED)
def test_no_learner_hands_in_for_another(platform: str, name: str, learner: str, here: Course, tmp_path: Path) -> None:
    honest = dict.fromkeys(ARCHIVES[platform], "honest")
    report = collect(here, NAME, zipped(tmp_path / "a.zip", {**honest, name: "forged"}), Setting())
    assert learner in report.written and report.problems == []
    assert [path for path, content in found(here).items() if content == b"forged"] == [f"{learner}/{NAME}/{NOTEBOOK}"]


HOSTILE = [
    f"HW_.._attempt_2026-01-01-00-00-00_{NOTEBOOK}",
    f"HW_.hidden_attempt_2026-01-01-00-00-00_{NOTEBOOK}",
    f"HW_a\nb_attempt_2026-01-01-00-00-00_{NOTEBOOK}",
    f"HW_\x1b[2J_attempt_2026-01-01-00-00-00_{NOTEBOOK}",
    f"HW_{'i' * 200}_attempt_2026-01-01-00-00-00_{NOTEBOOK}",
    f"HW_x_attempt_9999-99-99-99-99-99_{NOTEBOOK}",
    f"../../../HW_up_attempt_2026-01-01-00-00-00_{NOTEBOOK}",
    f"/etc/HW_root_attempt_2026-01-01-00-00-00_{NOTEBOOK}",
    f"..\\..\\HW_win_attempt_2026-01-01-00-00-00_{NOTEBOOK}",
    "no platform's name.ipynb",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_leads_nowhere_and_is_reported_on_a_line(name: str, here: Course, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    honest = dict.fromkeys(ARCHIVES["blackboard"], "honest")
    archive = zipped(tmp_path / "a.zip", {**honest, name: "forged"})
    report = collect(here, NAME, archive, Setting())
    assert report.written == ["anna", "ben"] and len(report.problems) == 1
    assert all(each.isprintable() for each in report.problems)
    new = {path for path in tmp_path.rglob("*") if path.is_file()} - before - {archive}
    assert new and all(path.is_relative_to(here.folder("submitted")) for path in new)


def test_what_cannot_be_unpacked_is_one_learners_matter(
    here: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "MOST_BYTES", 10_000)
    names = [f"HW_{who}_attempt_2026-01-01-00-00-00_{NOTEBOOK}" for who in ("anna", "bomb", "broken", "locked", "ben")]
    archive = zipped(
        tmp_path / "a.zip", dict(zip(names, ["fine", "0" * 10**7, "y" * 3000, "locked", "fine"], strict=True))
    )
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        broken, locked = (opened.getinfo(name) for name in names[2:4])
    content[broken.header_offset + 30 + len(names[2]) + 4] ^= 0xFF
    content[locked.header_offset + 6] |= 1  # encrypted
    content[content.rindex(names[3].encode()) - 46 + 8] |= 1
    archive.write_bytes(content)
    report = collect(here, NAME, archive, Setting())
    assert report.written == ["anna", "ben"]
    assert [problem.partition(":")[0] for problem in report.problems] == ["bomb", "broken", "locked"]
    assert "more than 10,000 bytes" in report.problems[0]


def test_links_and_several_notebooks_are_reported(here: Course, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = here.folder("submitted")
    root.mkdir(parents=True)
    (root / "anna").symlink_to(outside)
    at = "attempt_2026-01-01-00-00-00"
    files = {f"HW_anna_{at}_{NOTEBOOK}": "x", f"HW_ben_{at}_a.ipynb": "x", f"HW_ben_{at}_b.ipynb": "x"}
    report = collect(here, NAME, zipped(tmp_path / "a.zip", files), Setting())
    assert report.written == [] and not list(outside.iterdir())
    assert "is a link" in report.problems[0] and "several notebooks" in report.problems[1]


def test_usernames_with_underscores_are_settled_by_who_is_known(here: Course, tmp_path: Path) -> None:
    files = {f"Home_work_anna_b_attempt_2026-01-01-00-00-00_{NOTEBOOK}": "x"}
    assert collect(here, NAME, zipped(tmp_path / "a.zip", files), Setting(known={"anna_b"})).written == ["anna_b"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"a.ipynb": "x"}, "no platform's that is known here: say --from canvas|moodle|blackboard|brightspace"),
        ({f"mel_1_2_HW_ben_attempt_2099-01-01-00-00-00_{NOTEBOOK}": "x"}, "those of canvas and blackboard: say --from"),
        (None, "can't be read as a zip file"),
    ],
    ids=["none", "two", "no-zip"],
)
def test_an_archive_that_cannot_be_told_is_refused(
    files: dict[str, bytes | str] | None, reason: str, here: Course, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    archive = tmp_path / "a.zip"
    archive.write_bytes(b"not a zip")
    if files is not None:
        zipped(archive, files)
    monkeypatch.chdir(here.root)
    assert main(["collect", NAME, str(archive)]) == 2
    assert reason in capsys.readouterr().err
    assert not here.folder("submitted").exists()


def test_an_archive_of_too_many_files_is_refused(here: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classroom.cohort.collect._MOST_ENTRIES", 2)
    archive = zipped(tmp_path / "a.zip", dict.fromkeys(ARCHIVES["canvas"], "x"))
    with pytest.raises(InputError, match="holds 3 files, 2 is the most"):
        collect(here, NAME, archive, Setting())


def test_an_empty_archive_is_no_platforms(here: Course, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match="no platform's"):
        collect(here, NAME, tmp_path / "a.zip", Setting())
    assert courses.find(here.root).name == here.name


MODEL = "model.onnx"
REPORT = f"{ASSIGNMENT}.ipynb"


def of_the_project(name: str, file: str = MODEL) -> str:
    """A name in a platform's archive with another file's at its end."""
    for ending in (NOTEBOOK, f"{NAME}-1.ipynb", f"{NAME} (2).ipynb", "my notebook (final).ipynb", "x.ipynb"):
        if name.endswith(ending):
            return name.removesuffix(ending) + file
    return name


@pytest.fixture
def project(here: Course, repository: Path) -> Course:
    """A course with the last assignment, which asks for a file beside its notebook."""
    shutil.copytree(repository / "solutions" / ASSIGNMENT, here.root / "solutions" / ASSIGNMENT)
    return here


@pytest.mark.parametrize("platform", ARCHIVES)
def test_a_projects_model_comes_to_where_it_is_measured(platform: str, project: Course, tmp_path: Path) -> None:
    owners = {name: learner for name, (learner, _) in ARCHIVES[platform].items() if learner}
    files = {of_the_project(name, REPORT): f"report of {learner}" for name, learner in owners.items()}
    files |= {of_the_project(name): f"model of {learner}" for name, learner in owners.items()}
    report = collect(project, ASSIGNMENT, zipped(tmp_path / "all.zip", files), Setting())
    assert report.written == sorted(owners.values()) and report.problems == report.lacking == []
    folder = project.folder("submitted")
    for learner in owners.values():
        assert handed_in.read(folder, learner, 1000).data == f"model of {learner}".encode()
        read = submissions.read(folder, ASSIGNMENT, learner)
        assert (read.content, read.problem) == (f"report of {learner}".encode(), "")
        assert not any("other files" in note for note in read.notes)
    again = collect(project, ASSIGNMENT, tmp_path / "all.zip", Setting())
    assert again.kept == sorted(owners.values()) and again.written == []


def test_other_assignments_take_no_model(here: Course, tmp_path: Path) -> None:
    files = {f"aa_1_2_{NOTEBOOK}": "notebook", f"aa_1_3_{MODEL}": "model"}
    report = collect(here, NAME, zipped(tmp_path / "a.zip", files), Setting("canvas"))
    assert report.written == ["1"] and report.lacking == []
    assert set(found(here)) == {f"1/{NAME}/{NOTEBOOK}"}


def test_of_each_of_two_files_the_last_one_counts(project: Course, tmp_path: Path) -> None:
    def hand_in(archive: str, **days: str) -> list[str]:
        names = {"report": REPORT, "model": MODEL}
        files = {
            f"HW_anna_attempt_2026-01-{day}-10-00-00_{names[what]}": f"{what} {day}"
            for what, listed in days.items()
            for day in listed.split()
        }
        return collect(project, ASSIGNMENT, zipped(tmp_path / archive, files), Setting("blackboard")).written

    folder = project.folder("submitted") / "anna" / ASSIGNMENT
    assert hand_in("a.zip", report="03 01", model="02 01") == ["anna"]
    assert (folder / REPORT).read_text() == "report 03" and (folder / MODEL).read_text() == "model 02"
    assert hand_in("b.zip", model="05") == ["anna"]
    assert (folder / REPORT).read_text() == "report 03" and (folder / MODEL).read_text() == "model 05"
    assert str(submissions.time_of(folder)) == "2026-01-05 10:00:00", "the later of the two is when all was there"
    assert hand_in("c.zip", report="04", model="04") == []
    assert (folder / MODEL).read_text() == "model 05"
    numbered = {f"bb_2_{number}_model{tail}.onnx": f"{number}" for number, tail in ((9, ""), (10, "-1"), (8, "-2"))}
    collect(project, ASSIGNMENT, zipped(tmp_path / "d.zip", numbered), Setting("canvas"))
    assert found(project)[f"2/{ASSIGNMENT}/{MODEL}"] == b"10"


def test_what_is_late_stays_late_when_half_of_it_comes_again(project: Course, tmp_path: Path) -> None:
    late = {f"bb_LATE_2_3_{REPORT}": "report", f"cc_4_5_{REPORT}": "report", f"cc_LATE_4_6_{MODEL}": "model"}
    collect(project, ASSIGNMENT, zipped(tmp_path / "a.zip", late), Setting("canvas"))
    later = {f"bb_2_7_{MODEL}": "model"}  # the platform has moved the date since
    collect(project, ASSIGNMENT, zipped(tmp_path / "b.zip", later), Setting("canvas"))
    for learner in ("2", "4"):
        folder = project.folder("submitted") / learner / ASSIGNMENT
        assert (folder / submissions.LATE).is_file() and (folder / REPORT).is_file() and (folder / MODEL).is_file()
    both = {f"bb_2_8_{REPORT}": "report 2", f"bb_2_9_{MODEL}": "model"}
    collect(project, ASSIGNMENT, zipped(tmp_path / "c.zip", both), Setting("canvas"))
    assert not (project.folder("submitted") / "2" / ASSIGNMENT / submissions.LATE).exists()


OTHER_NAMES = ["Model.onnx", "model.int8.onnx", "my model.onnx", "._model.onnx", "model-1234.onnx", "model.onnx.zip"]


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_no_other_name_is_taken_and_what_is_missing_is_said(name: str, project: Course, tmp_path: Path) -> None:
    files = {f"aa_1_2_{REPORT}": "report", f"aa_1_3_{name}": "x", f"bb_4_5_{MODEL}": "model"}
    report = collect(project, ASSIGNMENT, zipped(tmp_path / "a.zip", files), Setting("canvas"))
    assert set(found(project)) == {f"1/{ASSIGNMENT}/{REPORT}", f"4/{ASSIGNMENT}/{MODEL}"}
    shown = "" if name.endswith("zip") else f", only {name}"
    assert report.lacking == [
        f"1: no {MODEL} in the archive{shown}",
        f"4: no {REPORT} in the archive",
    ]
    assert "incomplete: 1: no model.onnx" in "\n".join(lines(report))
    again = collect(project, ASSIGNMENT, zipped(tmp_path / "b.zip", {f"bb_4_6_{REPORT}": "r"}), Setting("canvas"))
    assert again.lacking == [f"4: no {MODEL} in the archive; the one that is here stays"]
    assert found(project)[f"4/{ASSIGNMENT}/{MODEL}"] == b"model"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_models_name_leads_nowhere_either(name: str, project: Course, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    honest = {of_the_project(each): "honest" for each in ARCHIVES["blackboard"]}
    forged = of_the_project(name) if name.endswith(NOTEBOOK) else "no platform's name.onnx"
    archive = zipped(tmp_path / "a.zip", {**honest, forged: "forged"})
    report = collect(project, ASSIGNMENT, archive, Setting())
    assert report.written == ["anna", "ben"] and len(report.problems) == 1
    assert all(each.isprintable() for each in (*report.problems, *report.lacking))
    new = {path for path in tmp_path.rglob("*") if path.is_file()} - before - {archive}
    assert new and all(path.is_relative_to(project.folder("submitted")) for path in new)


@pytest.mark.parametrize(("platform", "name", "learner"), FORGED.values(), ids=FORGED)
def test_nobody_hands_in_a_model_for_another(
    platform: str, name: str, learner: str, project: Course, tmp_path: Path
) -> None:
    honest = {of_the_project(each): "honest" for each in ARCHIVES[platform]}
    archive = zipped(tmp_path / "a.zip", {**honest, of_the_project(name): "forged"})
    collect(project, ASSIGNMENT, archive, Setting())
    written = found(project)
    wanted = [f"{learner}/{ASSIGNMENT}/{MODEL}"] if "/" in name else []  # the others' own names then end otherwise
    assert [path for path, content in written.items() if content == b"forged"] == wanted
    assert sum(content == b"honest" for path, content in written.items() if path.endswith(MODEL)) == sum(
        bool(each) for each, _ in ARCHIVES[platform].values()
    )


def test_a_bad_model_costs_neither_its_report_nor_a_neighbour(
    project: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "MOST_BYTES", 10_000)
    names = [f"aa_{who}_2_{MODEL}" for who in (1, 2, 3)]
    link = zipfile.ZipInfo(f"dd_4_2_{MODEL}")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in zip(names, ["fine", "0" * 10**7, "fine too"], strict=True):
            opened.writestr(name, content)
        opened.writestr(link, "/etc/passwd")
        opened.writestr(f"aa_2_3_{REPORT}", "report")
        opened.writestr(f"dd_4_3_{REPORT}", "report")
    report = collect(project, ASSIGNMENT, archive, Setting("canvas"))
    assert report.written == ["1", "2", "3", "4"]
    assert report.problems == [
        f"2: aa_2_2_{MODEL} has more than 10,000 bytes, which is the most",
        f"4: dd_4_2_{MODEL} is a link, not a file",
    ]
    assert {path for path in found(project) if path.endswith(MODEL)} == {
        f"{who}/{ASSIGNMENT}/{MODEL}" for who in (1, 3)
    }
    monkeypatch.setattr("classroom.cohort.collect._MOST_BYTES", 6)
    few = zipped(tmp_path / "b.zip", {f"ee_5_2_{MODEL}": "four", f"ff_6_2_{MODEL}": "four"})
    (problem,) = collect(project, ASSIGNMENT, few, Setting("canvas")).problems
    assert problem == f"6: ff_6_2_{MODEL} is too much: all files have more than 6 bytes. Split the archive"


def test_what_lies_in_a_models_place_is_replaced_or_is_one_learners_matter(project: Course, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("model")
    root = project.folder("submitted")
    for who in ("1", "2", "3"):
        (root / who / ASSIGNMENT).mkdir(parents=True)
    (root / "1" / ASSIGNMENT / MODEL).symlink_to(outside)
    (root / "2" / ASSIGNMENT / MODEL).mkdir()
    (root / "3" / ASSIGNMENT / REPORT).mkdir()
    names = {f"aa_{who}_2_{MODEL}": "model" for who in (1, 2, 4)} | {f"aa_3_2_{REPORT}": "report"}
    report = collect(project, ASSIGNMENT, zipped(tmp_path / "a.zip", names), Setting("canvas"))
    assert report.written == ["1", "4"] and [each[0] for each in report.problems] == ["2", "3"]
    assert not (root / "1" / ASSIGNMENT / MODEL).is_symlink() and outside.read_text() == "model"
    assert handed_in.read(root, "1", 1000).data == b"model"
