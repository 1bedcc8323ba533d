"""What a learner wrote leads nowhere, loads nothing and runs nothing in the instructor's browser: rendered as
nbgrader's formgrader does, and read by an HTML parser."""

import base64
import json
import time
from html.parser import HTMLParser
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import markdown2html

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
