"""The page of claims has every claim and every record of the course, and the page of sources every link."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from compresslab.recorded import load_recorded
from coursebook import overview, records, references
from coursebook.chapters import chapters, read, title
from coursebook.myths import myths

text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell


@pytest.fixture(scope="module")
def page(books: overview.Chapters) -> str:
    return overview.claims(books)


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_every_claim_of_a_chapter_is_there_with_a_verdict(page: str, path: Path) -> None:
    source = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    sections = re.findall(r"^#+ Myth or fact.*?(?=^#+ |\Z)", source, re.MULTILINE | re.DOTALL)
    claims = [claim for section in sections for claim in re.findall(r'\*\*"(.+?)"\*\*', section)]
    assert len(claims) >= 1
    assert [claim for claim in claims if f"* - “{claim}”" not in page] == []
    assert [myth.claim for myth in myths(path, read(path).cells) if not myth.verdict] == []


def test_every_record_that_a_chapter_shows_is_there_with_its_data_and_its_script(page: str) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in chapters())
    shown = re.findall(r'load_recorded\(\\"([\w/]+)\\"\)', source)
    assert len(shown) >= len(chapters())
    assert [name for name in shown if f"`{records.record(name).script}`" not in page] == []
    for name in shown:
        found, data = records.record(name), load_recorded(name).get("data", "")
        assert found.data == (data["name"] if isinstance(data, dict) else data)
        assert found.machine and (records.ROOT / found.script).is_file()


def test_a_row_holds_what_was_said_printed_and_found() -> None:
    cells = [
        text("# 02 · Zeros", id="title"),
        code('DATA = "digits"'),
        text('## Myth or fact\n\n**"Zeros are free."** From your run:', id="myth"),
        code("print(1)", outputs=[nbformat.v4.new_output("stream", text="2.0 times [1.9, 2.1]\n")]),
        text("*Half a fact.* As [Gale 2019](https://arxiv.org/abs/1902.09574) found, see [05](05_x.ipynb)."),
    ]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["said"] = {}
    (row,) = overview._myth_rows(Path("02_zeros.ipynb"), book)
    claim, source, measured, verdict, chapter = row
    assert claim == "“Zeros are free.”"
    assert source == "[Gale 2019](https://arxiv.org/abs/1902.09574)"
    assert measured == "On digits, quick run.\n\n```text\n2.0 times [1.9, 2.1]\n```"
    assert verdict.startswith("*Half a fact.* As") and verdict.endswith("see [05](course/05_x.ipynb).")
    assert chapter == "[02 · Zeros](course/02_zeros.ipynb#myth-or-fact)"


def test_a_sentence_that_did_not_hold_is_shown_as_such(books: overview.Chapters) -> None:
    path, book = next(iter(books.items()))
    sentence = next(iter(book.metadata["said"]))
    broken = NotebookNode(cells=book.cells, metadata={"said": {**book.metadata["said"], sentence: False}})
    rows = {row[0]: row[2] for row in overview._sentence_rows(path, broken)}
    assert rows[sentence] == "**no**" and list(rows.values()).count("**no**") == 1


def test_every_link_of_the_chapters_and_every_paper_of_the_library_is_a_source(books: overview.Chapters) -> None:
    titles = {path: title(book.cells) for path, book in books.items()}
    page = overview.sources(references.links(), references.cited(), titles)
    prose = "\n".join(cell.source for book in books.values() for cell in book.cells if cell.cell_type == "markdown")
    addresses = set(re.findall(r"\]\((https?://[^)\s]+)\)", prose))
    assert len(addresses) > 150
    assert [address for address in addresses if f"]({address})" not in page] == []
    lines = [path.read_text(encoding="utf-8") for path in (records.ROOT / "lib" / "compresslab").rglob("*.py")]
    named = re.findall(r'^ *References?: [A-Z].*? \d{4}, "([^"\n]+)"', "\n".join(lines), re.MULTILINE)
    assert len(named) > 30
    assert [name for name in named if f"*{name}*" not in page] == []


@pytest.mark.parametrize(
    ("address", "is_paper"),
    [
        ("https://arxiv.org/abs/1503.02531", True),
        ("https://doi.org/10.1109/4235.797969", True),
        ("https://papers.nips.cc/paper/4443", True),
        ("https://proceedings.neurips.cc/paper/1989", True),
        ("https://www.usenix.org/conference/nsdi17", True),
        ("https://github.com/pytorch/ao/issues/724", False),
        ("https://notarxiv.org/abs/1", False),
    ],
)
def test_publications_are_told_from_other_addresses(address: str, is_paper: bool) -> None:
    assert references.Link("x", address, Path(), "").is_paper == is_paper


def test_the_first_page_says_how_long_each_chapter_takes_as_recorded(books: overview.Chapters) -> None:
    front = overview.front(books, "A chart.")
    recorded = load_recorded("full_times")["chapters"]
    assert recorded
    for path in chapters():
        run = recorded.get(path.stem)
        minutes = max(1, round(run["processor_seconds"] / 60)) if run else 0
        said = "not measured" if not run else f"{minutes}" if run["finished"] else f"over {minutes}"
        assert re.search(rf"course/{path.name}\)\n  - \d+ \+ \d+\n  - 30\n  - {said}\n", front), path
