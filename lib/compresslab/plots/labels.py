"""Labels beside points, put where they cover nothing."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

_DISTANCES = (10, 20, 32, 46, 62)  # points (1/72 inch) from the point to the label's edge
_ANGLES = (45, 315, 135, 225, 90, 270, 0, 180)  # degrees; the diagonals first, lines run straight
_CLEARANCE = 5  # points to keep from lines and markers
_TEXT = 5  # how much worse it is to cover a label than a line

Box = tuple[float, float, float, float]
_Pixels = NDArray[np.float64]


def label_points(
    figure: Figure, axis: Axes, labels: Sequence[tuple[str, float, float]], obstacles: Sequence[Box]
) -> None:
    """Write each label near its point, where it covers no obstacle, legend or other label.

    Each label in turn takes the nearest place that is free, or else the one that covers least. A label that
    had to go far gets a thin line to its point.

    Args:
        figure: that holds the axis.
        axis: complete but for the labels: its limits and layout must not change afterwards.
        labels: (text, x, y) in data coordinates.
        obstacles: (x, y, x, y) of two opposite corners in data coordinates; a straight line is a flat box.

    >>> figure = Figure()
    >>> axis = figure.subplots()
    >>> label_points(figure, axis, [("a model", 0.5, 0.5)], obstacles=[(0.0, 0.5, 1.0, 0.5)])
    >>> [text.get_text() for text in axis.texts]
    ['a model']
    """
    figure.draw_without_rendering()  # settles the layout, and with it every position in pixels
    pixels = figure.dpi / 72
    inside = axis.get_window_extent()
    corners = [np.sort(axis.transData.transform([box[:2], box[2:]]), axis=0) for box in obstacles]
    taken = [Bbox([low - _CLEARANCE * pixels, high + _CLEARANCE * pixels]) for low, high in corners]
    if legend := axis.get_legend():
        taken.append(legend.get_window_extent())

    written: list[Bbox] = []
    for text, x, y in labels:
        note = _write(axis, text, x, y)
        anchor = axis.transData.transform((x, y))
        places = _places(anchor, np.array(note.get_window_extent().size) / 2, pixels)
        costs = [_covered(place, taken, inside) + _TEXT * _area(place, written) for place in places]
        chosen = costs.index(min(costs))
        written.append(places[chosen])
        note.set_position(((places[chosen].p0 + places[chosen].p1) / 2 - anchor) / pixels)
        if note.arrow_patch and chosen < len(_ANGLES):
            note.arrow_patch.set_visible(False)


def _write(axis: Axes, text: str, x: float, y: float) -> Annotation:
    line = {"arrowstyle": "-", "color": "#767676", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4}
    note = axis.annotate(
        text, (x, y), (0, 0), textcoords="offset points", ha="center", va="center", fontsize=9, arrowprops=line
    )
    note.set_in_layout(False)
    return note


def _places(anchor: _Pixels, half: _Pixels, pixels: float) -> list[Bbox]:
    """Where a label of half-size `half` can stand, the nearest first."""
    radians = np.deg2rad(_ANGLES)
    directions = np.stack([np.cos(radians), np.sin(radians)], axis=1)
    middles = [anchor + directions * (distance * pixels + half) for distance in _DISTANCES]
    return [Bbox([middle - half, middle + half]) for middle in np.concatenate(middles)]


def _covered(place: Bbox, taken: Sequence[Bbox], inside: Bbox) -> float:
    """Area in square pixels that a label would cover of others, or stick out of the axes by."""
    return place.width * place.height - _area(place, [inside]) + _area(place, taken)


def _area(place: Bbox, boxes: Sequence[Bbox]) -> float:
    shared = [Bbox.intersection(place, box) for box in boxes]
    return sum(box.width * box.height for box in shared if box is not None)
