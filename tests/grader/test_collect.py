"""What a learning platform's archive becomes: the right learner's last attempt, and a report of all else."""

import io
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from small_class import NAME, answered, scores

from classroom.__main__ import main
from classroom.cohort import course as courses
from classroom.cohort import submissions
from classroom.cohort.collect import Setting, collect, people
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
