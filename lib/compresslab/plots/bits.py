"""Fewer bits in pictures: which values a format has, and what a number of bits costs."""

from collections.abc import Mapping
from itertools import cycle

import numpy as np
from numpy.typing import ArrayLike

from compresslab.errors import InputError
from compresslab.plots.chart import FAINT, KINDS, Chart, blank, heading, style
from compresslab.plots.intervals import error_bars


def levels_chart(formats: Mapping[str, ArrayLike], *, title: str, reach: float) -> Chart:
    """The values that each format has between 0 and `reach`, as marks on a line of its own.

    Args:
        formats: by name, all values; those outside are left out.
        title: first line.
        reach: end of the picture, above 0.

    Raises:
        InputError: there is no format, or one has no value in the picture.

    >>> print(levels_chart({"2 bits": [0, 1, 2, 3], "one, scaled": [0, 1.5]}, title="Levels", reach=3).alt)
    Levels. Values from 0 to 3: 2 bits: 4; one, scaled: 2.
    """
    inside = {name: np.unique(np.asarray(values, dtype=np.float64)) for name, values in formats.items()}
    inside = {name: values[(values >= 0) & (values <= reach)] for name, values in inside.items()}
    if not inside or not all(len(values) for values in inside.values()):
        raise InputError(f"formats={list(formats)}: give at least one, each with a value from 0 to {reach:g}.")
    with style():
        figure = blank(0.9 + 0.45 * len(inside))
        axis = figure.subplots()
        for row, ((name, values), (colour, _)) in enumerate(zip(inside.items(), cycle(KINDS), strict=False)):
            axis.hlines(row, 0, reach, color="#E0E0E0", linewidth=1)
            axis.plot(values, np.full(len(values), row), "|", color=colour, markersize=14, label=name)
        axis.set_yticks(range(len(inside)), list(inside))
        axis.invert_yaxis()
        axis.margins(y=0.2)
        axis.grid(visible=False, axis="y")
        axis.set_xlabel("value")
        heading(figure, title, "each mark is a value that the format has")
    listed = "; ".join(f"{name}: {len(values)}" for name, values in inside.items())
    return Chart(figure, f"{title}. Values from 0 to {reach:g}: {listed}.")


def bits_chart(
    lines: Mapping[str, Mapping[float, float | tuple[float, float, float]]],
    *,
    title: str,
    subtitle: str,
    quantity: str,
    reference: tuple[str, float] | None = None,
) -> Chart:
    """A quantity over the bits of a number, a line for each way; few bits at the right, where ways differ.

    Args:
        lines: by name, for each number of bits the value, or (value, low, high) with its interval.
        title, subtitle: over the figure.
        quantity: label of the vertical axis, with its unit.
        reference: name and value of what is not quantized: a dashed line.

    Raises:
        InputError: there is no line, or an empty one.

    >>> lines = {"round to nearest": {8: 95.0, 4: (90.0, 89.0, 91.0)}}
    >>> print(bits_chart(lines, title="Accuracy", subtitle="digits", quantity="accuracy (%)").alt)
    Accuracy, digits: accuracy (%) by bits. round to nearest: 95 at 8, 90 at 4.
    """
    if not lines or not all(lines.values()):
        raise InputError(f"lines={list(lines)}: give at least one, each with at least one number of bits.")
    every = sorted({bits for line in lines.values() for bits in line}, reverse=True)
    place = {bits: number for number, bits in enumerate(every)}
    told = []
    with style():
        figure = blank(4.2)
        axis = figure.subplots()
        if reference:
            axis.axhline(reference[1], color=FAINT, linestyle="--", linewidth=1, label=reference[0])
        for number, ((name, line), (colour, marker)) in enumerate(zip(lines.items(), cycle(KINDS), strict=False)):
            aside = 0.08 * (number - (len(lines) - 1) / 2)
            points = {bits: found if isinstance(found, tuple) else (found,) * 3 for bits, found in line.items()}
            value, low, high = (list(ends) for ends in zip(*points.values(), strict=True))
            x = [place[bits] + aside for bits in points]
            axis.errorbar(x, value, yerr=error_bars(value, low, high), fmt=f"{marker}-", color=colour, capsize=3,
                          label=name)  # fmt: skip
            told.append(f"{name}: " + ", ".join(f"{v:.3g} at {bits:g}" for bits, v in zip(points, value, strict=True)))
        axis.set_xticks(range(len(every)), [f"{bits:g}" for bits in every])
        axis.set_xlabel("bits a value")
        axis.set_ylabel(quantity)
        figure.legend(loc="outside lower center", ncols=2, fontsize=9)
        heading(figure, title, subtitle)
    unchanged = f" {reference[0]}: {reference[1]:.3g}." if reference else ""
    return Chart(figure, f"{title}, {subtitle}: {quantity} by bits. {'; '.join(told)}.{unchanged}")
