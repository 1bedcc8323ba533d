"""The formgrader: what a learner wrote leads nowhere, loads nothing and runs nothing in the instructor's browser.

Text is rendered as nbgrader does, and read by an HTML parser; policies and commands are those of a running server.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import markdown2html
from nbgrader.api import Gradebook
from running_lab import serving
from small_class import NAME, answered, hand_in

from classroom.cohort import course as courses
from classroom.judging.autograded import attached, build, harmless, without_hidden
from classroom.judging.judge import Judgement
from classroom.judging.tasks import Task, judge_task
from classroom.limits import Limits
from classroom.notebook.cells import parse

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff" + bytes(40)).decode()
SCRIPTS = [
    "[my plot](javascript:alert(1))",
    "[my plot]( javascript:alert(1) 'title')",
    "[my plot](<javascript:alert(1)>)",
    "[my\nplot](JaVaScRiPt:alert(1))",
    "[my plot](&#106;avascript:alert(1))",
    "[my plot][ref]\n\n[ref]: javascript:alert(1)",
    "[ref]\n\n[ref]:\n  javascript:alert(1)",
    "[ref] [ref]\n\n   [ref]: /logout 'x'",
    "![](/logout)",
    "![x](https://evil.example/pixel.png)",
    "![x][p]\n\n[p]: https://evil.example/pixel.png",
    "[![x](/logout)](/hub/logout)",
    "[data](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "<https://evil.example>",
    "<a href='javascript:alert(1)'>x</a>",
    "<img src=/logout>",
    "<svg onload=alert(1)>",
    "</div><script>alert(1)</script>",
    "$\\href{javascript:alert(1)}{x}$",
    "$$\\style{background:url(/logout)}{x} \\class{c}{x} \\cssId{id}{x} \\mmlToken{mi}[href=javascript:a]{x}$$",
    "\\[ \\require{html} \\bbox[background:url(/logout)]{x} \\]",
    "> - 1. [nested](javascript:alert(1))",
    "| a | b |\n|---|---|\n| [x](javascript:alert(1)) | ![](/logout) |",
    "# [title](javascript:alert(1))",
    "[^1]\n\n[^1]: [x](javascript:alert(1))",
]


class Page(HTMLParser):
    """What a browser would follow, load or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.pictures: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "svg", "form", "link", "style", "base", "meta", "math"):
            self.active.append(tag)
        for name, value in attrs:
            if name == "src" and (value or "").startswith("data:image/"):
                self.pictures.append(value or "")
            elif (
                name in ("src", "srcset", "style", "action", "xlink:href", "background")
                or name.startswith("on")
                or (name == "href" and not (value or "").startswith("#"))
            ):
                self.active.append(f"{tag} {name}={value}")


def rendered(markdown: str, pictures: dict[str, Any] | None = None) -> Page:
    """A text cell as nbgrader's formgrader shows it: by nbconvert, with its attachments."""
    cell = nbformat.v4.new_markdown_cell(markdown)
    if pictures:
        cell["attachments"] = pictures
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert html.count("cell") > 0, "the template has changed"
    return Page(html)


@pytest.mark.parametrize("markdown", SCRIPTS)
def test_text_holds_no_link_and_loads_nothing(markdown: str) -> None:
    assert Page(markdown2html(harmless(markdown))).active == []
    for command in ("\\href", "\\style", "\\class", "\\cssId", "\\require", "\\mmlToken", "\\bbox"):
        assert command not in harmless(markdown)


SIGNS = "[ ] ( ) ! : < > \\ ` * x ^ ' | - # $ ~ _ 1. \" & ; &lt; \u200b"
ADDRESSES = "javascript:a /logout attachment:a.png data:text/html,x http://x https:// www.x.de"
PARTS = st.sampled_from([*SIGNS.split(), *ADDRESSES.split(), " ", "\n", "\n\n", "\t"])


@settings(max_examples=400, deadline=None)
@given(st.lists(PARTS, max_size=30).map("".join))
def test_no_mixture_of_markdown_makes_a_link(markdown: str) -> None:
    assert Page(markdown2html(harmless(markdown, ["a.png"]))).active in ([], ["img src=attachment:a.png"])


def test_formulas_words_and_lists_stay_as_they_were() -> None:
    text = "Let $w_i \\in [0, 1)$, $\\displaystyle\\sum_i x[i]$ and **bold**.\n\n1. `a[0]` is a list\n2. a > b & c"
    assert harmless(text) == text


@pytest.mark.parametrize(("kind", "data"), [("image/png", PNG), ("image/jpeg", JPEG)])
def test_a_pasted_picture_is_shown(kind: str, data: str) -> None:
    pasted = {"plot.png": {kind: data}}
    page = rendered(harmless("See ![plot](attachment:plot.png)!", attached(pasted)), attached(pasted))
    assert page.pictures == [f"data:{kind};base64,{data}"] and page.active == []


@pytest.mark.parametrize(
    "given",
    [
        {"a.png": {"image/svg+xml": base64.b64encode(b"<svg onload=alert(1)>").decode()}},
        {"a.png": {"text/html": "<script>alert(1)</script>"}},
        {"a.png": {"image/png": base64.b64encode(b"<svg onload=alert(1)>").decode()}},
        {"a.png": {"image/png": "not base64 <script>"}},
        {"a.png": {"image/png": PNG + "A" * (8 << 20)}},
        {'a.png" onerror="alert(1)': {"image/png": PNG}},
        {"a.png": ["image/png"]},
        {"a.png": {"image/png": [1, None]}},
        {"a.png": None},
        ["a.png"],
        "a.png",
        7,
        None,
    ],
    ids=[
        "svg",
        "html",
        "svg-as-png",
        "no-base64",
        "huge",
        "name",
        "list",
        "numbers",
        "none",
        "names",
        "word",
        "7",
        "absent",
    ],
)
def test_other_attachments_are_left_out_and_the_page_still_opens(given: Any) -> None:
    pictures = attached(given)
    assert pictures == {}
    page = rendered(harmless("![x](attachment:a.png)", pictures), pictures)
    assert page.active == [] and page.pictures == []


def test_the_graded_notebook_carries_pictures_and_opens(source: dict[str, Any]) -> None:
    handed_in = json.loads(json.dumps(source))
    for cell in handed_in["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "explain":
            cell["source"] = "![a](attachment:a.png) ![b](attachment:missing.png) [x](javascript:alert(1))"
            cell["attachments"] = {"a.png": {"image/png": PNG}}
    handed_in["cells"].append(nbformat.v4.new_markdown_cell("![b](attachment:b.png) ![](/logout)"))
    handed_in["cells"][-1]["attachments"] = {"b.png": {"image/jpeg": JPEG}}
    content = json.dumps(handed_in).encode()
    master, submission = parse(json.dumps(source).encode(), ""), parse(content, "")
    notebook = build(source, master, submission, Judgement([], [], 1))
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(nbformat.from_dict(notebook))
    page = Page(html)
    assert page.pictures == [f"data:image/png;base64,{PNG}", f"data:image/jpeg;base64,{JPEG}"]
    assert [each for each in page.active if "javascript" in each or "logout" in each] == []


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10**5,
        "*a" * 50_000,
        "`" * 10**5,
        "<" * 10**5,
        "> " * 50_000,
        "![" * 50_000,
        "$" * 10**5,
        "a|" * 50_000,
        "_ " * 50_000,
    ],
    ids=["brackets", "stars", "ticks", "less", "quotes", "pictures", "dollars", "table", "underscores"],
)
def test_a_long_text_is_shown_within_seconds(text: str, source: dict[str, Any]) -> None:
    handed_in = json.loads(json.dumps(source))
    for cell in handed_in["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "explain":
            cell["source"] = text
    master, submission = parse(json.dumps(source).encode(), ""), parse(json.dumps(handed_in).encode(), "")
    notebook = build(source, master, submission, Judgement([], [], 1))
    (shown,) = [each for each in notebook["cells"] if each["metadata"].get("nbgrader", {}).get("grade_id") == "explain"]
    started = time.process_time()
    markdown2html(shown["source"])
    assert time.process_time() - started < 5


def test_markers_without_end_take_linear_time() -> None:
    started = time.process_time()
    assert without_hidden("x\n" + "### BEGIN HIDDEN TESTS\n" * 10**5 + "y\n") == "x\n"
    assert time.process_time() - started < 1
    block = "a\n    ### BEGIN HIDDEN TESTS\n    secret\n    ### END HIDDEN TESTS\nb\n"
    assert without_hidden(block * 2) == "a\nb\na\nb\n"


def test_a_notebook_of_many_odd_cells_makes_few_notes(source: dict[str, Any]) -> None:
    cells = [nbformat.v4.new_code_cell("raise ValueError('x' * 2000)") for _ in range(60)]
    content = json.dumps(source | {"cells": source["cells"] + cells}).encode()
    task = Task("anna", content, "", [], json.dumps(source).encode(), 1, Limits(), False, [])
    outcome = judge_task(task)
    assert len(outcome["notes"]) == 31 and outcome["notes"][-1] == "and 30 more notes"
    assert sum(map(len, outcome["notes"])) < 20_000


ESCAPED = '</div><script>alert(1)</script><img src="/logout" onerror="alert(1)"><a onclick="alert(1)">x</a>'
SPY = "import os, pathlib\nfor place in {places!r}:\n    try: pathlib.Path(place).write_text(os.environ['HOME'])\n"
SPY += "    except OSError: pass\n"


class Served:
    """A class whose formgrader is open, in the server that `jupyter lab` starts."""

    def __init__(self, root: Path, address: str) -> None:
        self.root = root
        self._address = address

    def get(self, path: str) -> tuple[str, str]:
        """A page's content policy and text."""
        return self._ask(path, None)

    def post(self, path: str) -> Any:
        return json.loads(self._ask(path, b"")[1])

    def submissions(self) -> dict[str, str]:
        """The address of each learner's page."""
        here = courses.find(self.root)
        with Gradebook(here.database, here.name) as book:
            given = book.notebook_submissions(NAME, NAME)
            return {each.student.id: f"submissions/{each.id}/" for each in given}

    def _ask(self, path: str, content: bytes | None) -> tuple[str, str]:
        request = urllib.request.Request(f"{self._address}/formgrader/{path}", content)
        request.add_header("Authorization", "token of-a-test")
        with urllib.request.urlopen(request) as answer:
            return answer.headers["Content-Security-Policy"], answer.read().decode()


@pytest.fixture(scope="module")
def served(repository: Path, source: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("class")
    shutil.copytree(repository / "tests/grader/assignments" / NAME, root / "solutions" / NAME)
    shutil.copy(repository / "nbgrader_config.py", root)
    spy = SPY.format(places=[str(root / "seen"), "/tmp/seen-by-a-learner"])
    code = next("".join(cell["source"]) for cell in source["cells"] if cell["id"] == "fake-quantize")
    hand_in(root, "anna", answered(source, fake_quantize=spy + code, explain="Let $x^2$ be **it**."))
    hand_in(root, "ben", source)
    command = [sys.executable, "-m", "classroom", "grade", NAME]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    graded = root / ".grading" / "autograded" / "ben" / NAME / f"{NAME}.ipynb"
    graded.write_text(json.dumps(answered(json.loads(graded.read_text()), explain=ESCAPED)))  # as if let through
    own = {f"JUPYTER_{name}_DIR": str(root / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    flags = ["--no-browser", "--allow-root", "--ServerApp.port=0", "--IdentityProvider.token=of-a-test"]
    command = [sys.executable, "-m", "jupyterlab", *flags]
    with serving(command, root, os.environ | own) as address:
        yield Served(root, address)


PAGES = [
    "manage_assignments",
    f"manage_submissions/{NAME}",
    "gradebook",
    f"gradebook/{NAME}",
    f"gradebook/{NAME}/{NAME}",
    "manage_students",
    "manage_students/anna",
    f"manage_students/anna/{NAME}",
    "api/assignments",
]


class Loads(HTMLParser):
    """What a page loads and runs by itself, and the nonces of what it runs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.nonces: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.nonces.append(given.get("nonce"))
        if tag in ("script", "link", "img"):
            self.addresses += [value for value in (given.get("src"), given.get("href")) if value]


@pytest.mark.linux
def test_every_page_has_a_policy_and_loads_nothing_from_another_host(served: Served) -> None:
    pages = PAGES + list(served.submissions().values())
    for path in pages:
        policy, text = served.get(path)
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["default-src"] == "'none'" and rules["img-src"] == "data:" and rules["form-action"] == "'none'"
        scripts = rules["script-src"].split()
        nonce = re.fullmatch(r"'nonce-([\w-]{20,})'", scripts[0])
        assert nonce and len(scripts) == 2 and scripts[1].endswith("/static/jupyter_server_mathjax/")
        assert "unsafe-inline" not in rules["script-src"] and "unsafe-eval" not in policy
        loads = Loads(text)
        assert not [each for each in loads.addresses if "//" in each], path
        if path != "api/assignments":
            assert loads.nonces.count(nonce[1]) >= 8, path
    policies = [served.get(path)[0] for path in pages[:2] * 2]
    assert len(set(policies)) == 4, "a nonce is drawn for each answer"


@pytest.mark.linux
def test_what_slips_through_the_sanitizer_is_neither_run_nor_loaded(served: Served) -> None:
    policy, text = served.get(served.submissions()["ben"])
    assert "<script>alert(1)</script>" in text and 'onerror="alert(1)"' in text, (
        "the page should have it raw: the policy alone is tried here"
    )
    bare = [each for each in Loads(text).nonces if each is None]
    assert len(bare) == 1
    clicks = [base64.b64decode(each) for each in re.findall(r"'sha256-([^']+)'", policy)]
    assert clicks and all(len(each) == 32 for each in clicks)
    assert hashlib.sha256(b"alert(1)").digest() not in clicks


@pytest.mark.linux
def test_an_address_or_an_id_is_no_script(served: Served) -> None:
    for path in ("manage_submissions/%22;alert(1);%22", f"gradebook/{NAME}/%3Cscript%3Ealert(1)"):
        _, text = served.get(path)
        assert '";alert(1);"' not in text and "<script>alert(1)" not in text


@pytest.mark.linux
def test_the_mark_scheme_stands_below_the_written_answer(served: Served) -> None:
    _, text = served.get(served.submissions()["anna"])
    answer, scheme = text.index("be <strong>it</strong>"), text.index("Rubric: 1 point for the gradient")
    assert answer < scheme and text.count("<details") == 1
    assert "BEGIN SOLUTION" not in text[text.index("<details") : text.index("</details")]


@pytest.mark.linux
def test_the_buttons_run_this_courses_commands(served: Served) -> None:
    judged = served.post(f"api/submission/{NAME}/anna/autograde")
    assert judged["success"] and "0 judged, 1 unchanged" in judged["log"]
    assert not (served.root / "seen").exists(), "a learner's code ran as the instructor"
    assert served.post(f"api/assignment/{NAME}/anna/generate_feedback")["success"]
    assert served.post(f"api/assignment/{NAME}/generate_feedback")["success"]
    pages = [path.read_text() for path in (served.root / ".grading" / "feedback").rglob("*.html")]
    assert len(pages) == 2 and not any("<script" in page for page in pages if "alert(1)" not in page)
    made = served.post(f"api/assignment/{NAME}/assign")
    assert made["success"] and f"wrote exercises/{NAME}" in made["log"]
    failed = served.post("api/submission/nonsense/anna/autograde")
    assert not failed["success"] and "no assignment nonsense" in failed["log"]
    with pytest.raises(urllib.error.HTTPError, match="400"):
        served.post(f"api/submission/{NAME}/--without-sandbox/autograde")
