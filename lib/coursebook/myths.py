"""What people say of compression, and what the chapters found: the parts *Myth or fact*, as they ran."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from coursebook.chapters import data_of, parts

_CLAIM = re.compile(r'\*\*["“](.+?)["”]\*\*')
_VERDICT = re.compile(r"(?<!\*)\*([A-Z][^*\n]*)\*(?!\*)")
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])+\]\(https?://[^)\s]+\)")


@dataclass
class Myth:
    """A claim, and what a chapter made of it.

    Attributes:
        chapter: the notebook.
        anchor: of the heading that it stands under.
        claim: as people say it, in Markdown.
        words: what the chapter says to it, in Markdown.
        printed: what the chapter's run printed to it.
        data: that the chapter ran on.
    """

    chapter: Path
    anchor: str
    claim: str
    words: str = ""
    printed: str = ""
    data: str = ""

    @property
    def verdict(self) -> str:
        """The first words in italics that follow it; "" where there are none.

        >>> Myth(Path(), "", "Less is faster.", words="From your run: *Myth, as a rule.* It depends.").verdict
        'Myth, as a rule.'
        """
        found = _VERDICT.search(self.words)
        return found[1] if found else ""

    @property
    def said_by(self) -> list[str]:
        """The sources that the chapter links beside it, in Markdown."""
        return _LINK.findall(self.words)


def myths(chapter: Path, cells: Sequence[NotebookNode]) -> list[Myth]:
    r"""The claims of a chapter.

    Args:
        chapter: its path.
        cells: of the notebook, as it ran.

    >>> text = nbformat.v4.new_markdown_cell
    >>> cells = [text('## Myth or fact\n\n**"Zeros are free."** *Myth.* **"So are bits."** *Fact.*')]
    >>> [(myth.claim, myth.verdict) for myth in myths(Path("02.ipynb"), cells)]
    [('Zeros are free.', 'Myth.'), ('So are bits.', 'Fact.')]
    """
    data = data_of(cells)
    found = []
    for part in parts(cells):
        if part.heading.startswith("Myth or fact"):
            found += [*_claims(chapter, part.anchor, data, part.pieces)]
    return found


def _claims(chapter: Path, anchor: str, data: str, pieces: Sequence[str | NotebookNode]) -> Iterator[Myth]:
    myth: Myth | None = None
    for piece in pieces:
        if not isinstance(piece, str):
            if myth:
                myth.printed += printed(piece)
            continue
        before, *claims = _CLAIM.split(without_folds(piece))
        if myth:
            myth.words += f"\n\n{before.strip()}"
        for claim, words in zip(claims[::2], claims[1::2], strict=True):
            if myth:
                yield myth
            myth = Myth(chapter, anchor, claim, words.strip(), data=data)
    if myth:
        yield myth


def without_folds(text: str) -> str:
    r"""A text without what a reader unfolds: answers to other questions.

    >>> without_folds("*Myth.*\n\n<details>4 bits</details>")
    '*Myth.*'
    """
    return re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL).strip()


def printed(cell: NotebookNode) -> str:
    r"""What a cell printed.

    >>> printed(nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text="2 MB\n")]))
    '2 MB\n'
    """
    return "".join(output.text for output in cell.get("outputs", []) if output.output_type == "stream")
