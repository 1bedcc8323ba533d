"""Builds the site: executes the chapters that have changed, writes the sources, and has Sphinx make pages of them."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jupyter_server_mathjax
import nbformat
from PIL import Image

from compresslab.errors import InputError
from coursebook import overview, pages, references
from coursebook.chapters import ROOT, chapters, title
from coursebook.executed import KEPT, executed

_SETTINGS = Path(__file__).parent / "site"
_CHART = ROOT / "reference" / "capstone_digits32.png"
_TEXTS = ("course/GLOSSARY.md", "reference/capstone/README.md")  # pages of their own, with what they show beside them
_SHOWN = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")


def write_sources(folder: Path, books: overview.Chapters) -> None:
    """Write what Sphinx reads.

    Args:
        folder: to write to; what is there goes.
        books: the chapters as they ran, by the path of the notebook.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_SETTINGS, folder)
    mathjax = Path(jupyter_server_mathjax.__file__).parent / "static"
    shutil.copytree(
        mathjax, folder / "static" / "mathjax", ignore=shutil.ignore_patterns("localization", "SVG", "a11y")
    )
    shutil.copytree(ROOT / "exercises", folder / "exercises", ignore=shutil.ignore_patterns(".*"))
    (folder / "notebooks").mkdir()
    (folder / "course").mkdir()
    titles = {path: title(book.cells) for path, book in books.items()}
    (folder / "claims.md").write_text(overview.claims(books), encoding="utf-8")
    (folder / "sources.md").write_text(
        overview.sources(references.links(), references.cited(), titles), encoding="utf-8"
    )
    with Image.open(_CHART) as chart:
        (folder / "index.md").write_text(overview.front(books, chart.info["Description"]), encoding="utf-8")
    shutil.copy(_CHART, folder)
    for text in _TEXTS:
        _copy_with_pictures(ROOT / text, folder / text)
    for path, book in books.items():
        shutil.copy(path, folder / "notebooks")
        page = pages.page(book, path.name, folder / "extra" / pages.FIGURES)
        nbformat.write(page, folder / "course" / path.name)


def _copy_with_pictures(text: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(text, target)
    for name in _SHOWN.findall(text.read_text(encoding="utf-8")):
        shutil.copy(text.parent / name, target.parent / name)


def make_pages(sources: Path, out: Path) -> None:
    """Have Sphinx make the pages.

    Raises:
        InputError: Sphinx is missing, or warned of something.
    """
    if importlib.util.find_spec("sphinx") is None:
        raise InputError("Sphinx is missing: install the extra `site`, as `make book` does.")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-j", "auto", "-b", "html"]
    made = subprocess.run([*command, str(sources), str(out)], capture_output=True, text=True, check=False)
    if made.returncode:
        raise InputError(f"Sphinx stopped:\n{made.stderr.strip()}")


def build(out: Path, kept: Path = KEPT, say: Callable[[str], None] = print) -> Path:
    """Build the site.

    Args:
        out: the folder for it: `out/html` gets the pages, `out/sources` what they are made of.
        kept: the folder of the chapters as they ran.
        say: told each chapter, and how long its cells ran.

    Returns:
        The first page.
    """
    books: overview.Chapters = {}
    for path in chapters():
        books[path] = executed(path, kept)
        say(f"{path.stem}: {books[path].metadata['seconds']:.0f} s")
    say(f"all cells of {len(books)} chapters: {sum(book.metadata['seconds'] for book in books.values()):.0f} s")
    write_sources(out / "sources", books)
    shutil.rmtree(out / "html", ignore_errors=True)
    make_pages(out / "sources", out / "html")
    return out / "html" / "index.html"
