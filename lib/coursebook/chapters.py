"""The chapters: where they lie, what they are called, and the sittings that they have."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]  # of the repository, which the course is run from


def chapters(root: Path = ROOT) -> list[Path]:
    """The notebooks of the chapters, in their order.

    >>> [path.stem for path in chapters()][0]
    '01_why_compression'
    """
    return sorted((root / "course").glob("[0-9]*.ipynb"))


def read(path: Path) -> NotebookNode:
    """A notebook.

    >>> title(read(chapters()[0]).cells)
    '01 · Why Compression?'
    """
    return nbformat.read(path, as_version=4)


def title(cells: Sequence[NotebookNode]) -> str:
    """The first heading of a notebook.

    >>> title([nbformat.v4.new_markdown_cell("# 01 · Why?")])
    '01 · Why?'
    """
    return next(line[2:] for cell in cells for line in cell.source.splitlines() if line.startswith("# "))


def sittings(cells: Sequence[NotebookNode]) -> list[list[NotebookNode]]:
    """The cells of each sitting, which begins with a heading of the first level. Most chapters have one.

    >>> text = nbformat.v4.new_markdown_cell
    >>> [len(sitting) for sitting in sittings([text("# 10"), text("More."), text("# Second sitting")])]
    [2, 1]
    """
    found: list[list[NotebookNode]] = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# ") and found[-1]:
            found.append([])
        found[-1].append(cell)
    return found


def data_of(cells: Sequence[NotebookNode]) -> str:
    """The data set that a notebook's settings name; "" where they name none.

    >>> data_of([nbformat.v4.new_code_cell('DATA = "digits"  # or "digits32"')])
    'digits'
    """
    for cell in cells:
        if cell.cell_type == "code" and (found := re.search(r'^DATA = (?:\(\s*)?"(\w+)"', cell.source, re.MULTILINE)):
            return found[1]
    return ""


@dataclass(frozen=True)
class Part:
    """What stands under a heading.

    Attributes:
        heading: without its number signs.
        cell: the id of the cell that the heading stands in.
        pieces: the text and the cells with code under it, in their order.
    """

    heading: str
    cell: str
    pieces: tuple[str | NotebookNode, ...]

    @property
    def anchor(self) -> str:
        """The heading as the site's pages make an address of it.

        >>> Part("Myth or fact, once more", "myth", ()).anchor
        'myth-or-fact-once-more'
        """
        kept = re.sub(r"[^\w\- ]", "", self.heading.lower())
        return kept.replace(" ", "-")


def parts(cells: Sequence[NotebookNode]) -> Iterator[Part]:
    r"""What stands under each heading of a notebook, up to the next heading of any level.

    >>> text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    >>> found = parts([text("# 01", id="a"), code("x = 1"), text("More.\n\n## Next", id="b")])
    >>> [(part.heading, len(part.pieces)) for part in found]
    [('01', 2), ('Next', 0)]
    """
    heading, at, pieces = "", "", list[str | NotebookNode]()
    for cell in cells:
        if cell.cell_type == "code":
            pieces.append(cell)
            continue
        for number, piece in enumerate(re.split(r"^#+ (.+)$", cell.source, flags=re.MULTILINE)):
            if number % 2:
                if heading:
                    yield Part(heading, at, tuple(pieces))
                heading, at, pieces = piece.strip(), cell.id, []
            elif piece.strip():
                pieces.append(piece.strip())
    if heading:
        yield Part(heading, at, tuple(pieces))
