"""A figure with its description, and the look that all figures share.

Reference: Okabe and Ito 2008, "Color Universal Design" (the palette).
"""

import base64
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from compresslab.files import atomic_write

# A kind of thing has a colour and a marker, so that it is told apart in grey too. Yellow is left out: too pale.
KINDS = tuple(
    zip(("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"), "os^DvPX", strict=True)
)
HATCHES = ("", "///", "...")  # where there are more kinds than colours
BETTER, WORSE, FAINT = "#0072B2", "#D55E00", "#767676"
_WIDTH_INCHES, _DOTS_PER_INCH = 8, 144
_LETTERS = 92  # of a heading's size that fit into the width; matplotlib's own wrapping measures each word, slowly
_STYLE: Any = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same picture everywhere
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E0E0E0",
    "legend.frameon": False,
}


@dataclass(frozen=True)
class Chart:
    """A figure and its description. As the last line of a notebook cell it shows itself.

    Attributes:
        figure: matplotlib's, free to be changed further.
        alt: what the figure shows, in words, with its main numbers.

    >>> chart = Chart(blank(2), alt="an empty figure")
    >>> chart.png()[1:4]
    b'PNG'
    """

    figure: Figure
    alt: str

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a PNG, with the description inside it as the text chunk "Description"."""
        with atomic_write(path) as partial:
            partial.write_bytes(self.png())
        return Path(path)

    def png(self) -> bytes:
        """The picture, its description inside it."""
        buffer = io.BytesIO()
        with style():  # ticks are made only when a figure is drawn
            self.figure.savefig(buffer, format="png", metadata={"Description": self.alt})
        return buffer.getvalue()

    def html(self) -> str:
        """The picture as an HTML element. JupyterLab and nbconvert read a description nowhere else."""
        return _element(self.png(), self.alt)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        image = self.png()  # once: a second layout moves things by a fraction of a pixel
        return {"text/html": _element(image, self.alt), "image/png": image, "text/plain": self.alt}


def _element(image: bytes, alt: str) -> str:
    size = f'width="{100 * _WIDTH_INCHES}" style="max-width: 100%; height: auto"'
    return f'<img alt="{escape(alt)}" {size} src="data:image/png;base64,{base64.b64encode(image).decode()}">'


def blank(height_inches: float) -> Figure:
    """A figure of the common width. Not registered with pyplot: nothing to close, no window opens.

    >>> blank(height_inches=3).get_size_inches().tolist()
    [8.0, 3.0]
    """
    return Figure(figsize=(_WIDTH_INCHES, height_inches), dpi=_DOTS_PER_INCH, layout="constrained")


def heading(figure: Figure, title: str, subtitle: str) -> None:
    """Over the figure: what it shows on which data, and under which conditions; a line each, more where it is long.

    >>> figure = blank(2)
    >>> heading(figure, "Bytes by sparsity", "digits32")
    >>> figure.get_suptitle().splitlines()
    ['Bytes by sparsity', 'digits32']
    """
    lines = [part for line in (title, subtitle) for part in wrap(line, _LETTERS) or [""]]
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=11)


@contextmanager
def style() -> Iterator[None]:
    """The common look, for what is drawn inside.

    >>> with style():
    ...     mpl.rcParams["legend.frameon"]
    False
    """
    with mpl.rc_context(_STYLE):
        yield
