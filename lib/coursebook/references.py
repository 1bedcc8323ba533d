"""Every source that the course names: links in its chapters, and references in the library's docstrings."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from coursebook.chapters import ROOT, chapters, parts, read

_PAPERS = ("arxiv.org", "doi.org", "jmlr.org", "openaccess.thecvf.com", "usenix.org", "kar.kent.ac.uk")
_PROCEEDINGS = re.compile(r"(^|\.)(papers\.nips\.cc|proceedings\.[\w.]+)$")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])+)\]\((https?://[^)\s]+)\)")
_REFERENCES = re.compile(r"^ *References?:[ \n](.*?)(?=\n *\n|\Z)", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r'([A-Z][^";()]*?),? \(?(\d{4})\)?, "([^"]+)"')


@dataclass(frozen=True)
class Link:
    """A link of a chapter.

    Attributes:
        text: what is linked, in Markdown.
        address: where it leads.
        chapter: the notebook.
        anchor: of the heading under which it stands.
    """

    text: str
    address: str
    chapter: Path
    anchor: str

    @property
    def is_paper(self) -> bool:
        """Whether it leads to a publication; else it is a project, its documentation or its maintainers' word.

        >>> Link("DARTS", "https://arxiv.org/abs/1806.09055", Path(), "").is_paper
        True
        """
        host = (urlsplit(self.address).hostname or "").removeprefix("www.")
        return host in _PAPERS or bool(_PROCEEDINGS.search(host))


@dataclass(frozen=True)
class Cited:
    """A publication that a docstring names.

    Attributes:
        authors: and the year.
        title: of it.
        module: that names it: "compresslab.quantization.lsq".
    """

    authors: str
    title: str
    module: str


def links(root: Path = ROOT) -> list[Link]:
    """All links of the chapters to other hosts.

    >>> any(link.address == "https://arxiv.org/abs/1503.02531" for link in links())
    True
    """
    return [
        Link(text, address, path, part.anchor)
        for path in chapters(root)
        for part in parts(read(path).cells)
        for piece in part.pieces
        if isinstance(piece, str)
        for text, address in _LINK.findall(piece)
    ]


def cited(root: Path = ROOT) -> list[Cited]:
    """All publications that the library's docstrings name.

    >>> sum("Distilling the Knowledge" in each.title for each in cited()) >= 1
    True
    """
    found = []
    for path in sorted((root / "lib" / "compresslab").rglob("*.py")):
        module = ".".join(path.relative_to(root / "lib").with_suffix("").parts).removesuffix(".__init__")
        entries = {entry for text in _reference_texts(path) for entry in _entries(text)}
        found += [Cited(authors, title, module) for authors, title in sorted(entries)]
    return found


def _reference_texts(path: Path) -> Iterator[str]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, kinds):
            for text in _REFERENCES.findall(ast.get_docstring(node) or ""):
                yield re.sub(r"\s+", " ", text).strip()


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Authors and year, and title, of each publication in a docstring's references."""
    for authors, year, title in _ENTRY.findall(text):
        yield f"{authors} {year}", title
