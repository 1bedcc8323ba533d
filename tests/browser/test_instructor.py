"""The instructor's quick start, typed in JupyterLab's terminal: from the release to the file for the platform."""

import csv
import json
import re
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from driving_browser import barriers, keep

pytestmark = pytest.mark.browser
PATIENCE = 300_000  # milliseconds
TRIES = 10
NAME = "straight_through"
LEARNERS = {"1001": "anderssonanna_1001_7001", "1002": "brownben_LATE_1002_7002"}
HOSTILE = """<script>document.title = "run"</script><img src="/logout" onerror="document.title = 'run'">
<script src="/files/x.js"></script><link rel="stylesheet" href="https://x.example/a.css"> and $\\frac{1}{2}$"""


def quick_start(repository: Path) -> list[str]:
    """The commands of INSTRUCTORS.md that take this assignment from its release to grades for Canvas."""
    text = (repository / "course" / "INSTRUCTORS.md").read_text(encoding="utf-8")
    block = re.search(r"^```\nmake grade.*?^```", text, re.DOTALL | re.MULTILINE)[0].splitlines()[1:-1]
    block[0] = block[0].partition("# or: ")[2]
    block = [line.partition("#")[0].strip() for line in block]
    (collect,) = re.findall(r"`(python -m classroom collect \S+ \S+)`", text)
    (export,) = re.findall(r"`(nbgrader export --exporter=\S+CanvasExporter \S+ \S+)`", text)
    typed = ["python -m classroom release", collect, *block, f"{export} --CanvasExporter.key=ID"]
    return [line.replace("ch01_why_compression", NAME) for line in typed]


class Terminal:
    """A terminal in JupyterLab."""

    def __init__(self, page: Any, root: Path) -> None:
        self._page = page
        self._root = root
        page.evaluate("async () => { await window.jupyterapp.commands.execute('terminal:create-new') }")
        page.locator(".jp-Terminal .xterm-screen").click()
        while not (root / "ready").exists():  # what is typed before the shell is there may be lost
            page.keyboard.type("touch ready\n")
            page.wait_for_timeout(1000)

    def type(self, command: str) -> str:
        """What a command says, once it has ended well."""
        said, done = self._root / "said", self._root / "done"
        done.unlink(missing_ok=True)
        self._page.keyboard.type(f"{command} > said 2>&1; echo $? > part && mv part done\n")
        while not done.exists():
            self._page.wait_for_timeout(200)
        assert done.read_text().strip() == "0", f"{command}\n{said.read_text()}"
        return said.read_text()


def hand_in(root: Path) -> None:
    """The platform's download: what two learners handed in, one of them late."""
    notebook = json.loads((root / "solutions" / NAME / f"{NAME}.ipynb").read_text())
    with zipfile.ZipFile(root / "submissions.zip", "w") as archive:
        for start in LEARNERS.values():
            for cell in notebook["cells"]:
                if cell["metadata"].get("nbgrader", {}).get("grade_id") == "explain":
                    cell["source"] = f"It is flat, says {start}."
            archive.writestr(f"{start}_{NAME}-1.ipynb", json.dumps(notebook))


def click_until_answered(page: Any, button: Any, route: str) -> None:
    """Click as a person does: once more where the page, which scrolls by itself at first, has moved from under it."""
    from playwright.sync_api import TimeoutError as NoAnswer

    for _ in range(TRIES):
        with suppress(NoAnswer), page.expect_response(lambda answer: route in answer.url, timeout=PATIENCE / TRIES):
            button.click()
            return
    raise AssertionError(f"{TRIES} clicks, and no answer from {route}")


def test_the_quick_start_leads_from_the_release_to_the_platforms_file(
    instructors: Any, page: Any, chromium: Any, repository: Path
) -> None:
    root = instructors.work
    release, collect, grade, lab, feedback, hand_back, table, export = quick_start(repository)
    assert lab == "jupyter lab"
    page.goto(f"{instructors.address}/lab?reset")
    page.wait_for_function("() => window.jupyterapp?.restored")
    page.evaluate("async () => { await window.jupyterapp.restored }")
    terminal = Terminal(page, root)
    terminal.type(release)
    hand_in(root)
    assert "2 submissions written" in terminal.type(collect)
    assert "1002: 7 of 7 points; the time of handing in: unknown, and marked late" in terminal.type(grade)
    terminal.type(table.replace("grades.csv", "before.csv"))

    graded = root / ".grading" / "autograded" / "1002" / NAME / f"{NAME}.ipynb"
    notebook = json.loads(graded.read_text())
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "explain":
            cell["source"] = HOSTILE  # as if the sanitizer had let it through
    graded.write_text(json.dumps(notebook))

    loaded: list[str] = []  # what the policy stops begins, and never finishes
    formgrader = page.context.new_page()
    formgrader.on("requestfinished", lambda request: loaded.append(request.url))
    formgrader.goto(f"{instructors.address}/formgrader/gradebook/{NAME}/{NAME}")
    links = formgrader.locator("#main-table a[href*=submissions]")
    links.first.wait_for()
    addresses = sorted({link.get_attribute("href") for link in links.all()})
    assert len(addresses) == len(LEARNERS)
    for address in addresses:
        formgrader.goto(instructors.address + address)
        formgrader.locator(".MathJax").first.wait_for()  # from this server: there may be no network
        formgrader.get_by_text("A model answer and the mark scheme").wait_for()
        assert formgrader.title() == NAME
        answer = formgrader.locator(".nbgrader_cell", has=formgrader.locator("#explain"))
        answer.locator(".score.needs_manual_grade").wait_for()  # a click before the grades are loaded is lost
        click_until_answered(formgrader, answer.get_by_role("button", name="Full credit"), "/api/grade/")
    assert len(loaded) > 50
    assert not [url for url in loaded if not url.startswith((instructors.address, "data:"))]
    assert not [url for url in loaded if "logout" in url or "/files/" in url]

    terminal.type(feedback)
    terminal.type(hand_back)
    terminal.type(table)
    terminal.type(export)
    states = {}
    for name in ("before.csv", "grades.csv"):
        with (root / name).open(encoding="utf-8") as file:
            states[name] = list(csv.reader(file))
    before = [dict(zip(states["before.csv"][0], row, strict=True)) for row in states["before.csv"][1:]]
    assert {(row["student_id"], row["score"], row["state"]) for row in before} == {
        (learner, "", "waits for a grade by hand") for learner in LEARNERS
    }
    assert states["grades.csv"] == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", NAME],
        ["    Points Possible", "", "", "", "", "9"],
        ["1001", "1001", "", "", "", "9"],
        ["1002", "1002", "", "", "", "9"],
    ]
    handed_back = root / ".grading" / "exchange" / "model_compression" / "feedback"
    pages = list(handed_back.glob("*.html"))
    assert len(pages) == len(LEARNERS)
    reader = chromium.new_page(bypass_csp=True)  # the page lets no script run, and axe is one
    reader.goto(pages[0].as_uri())
    assert reader.locator("section").count() > 3
    assert barriers(reader) == []
    keep(reader, "feedback")
