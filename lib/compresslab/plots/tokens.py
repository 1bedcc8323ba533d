"""Tokens a second of a language model by what makes them slow."""

from collections.abc import Mapping, Sequence

from compresslab.errors import InputError
from compresslab.plots.chart import KINDS, Chart, blank, heading, style


def tokens_chart(
    panels: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]], *, title: str, subtitle: str
) -> Chart:
    """Speed in tokens a second: a panel for each load, a line for each format.

    Args:
        panels: label of the horizontal axis, such as "tokens before" -> format -> (what is on that axis, tokens/s).
        title, subtitle: over the figure.

    Raises:
        InputError: there is no panel, or a line without points.

    >>> lines = {"fp32": [(1, 70.0), (512, 60.0)], "int4": [(1, 310.0), (512, 160.0)]}
    >>> print(tokens_chart({"tokens before": lines}, title="Writing", subtitle="one core").alt)
    Writing, one core. Tokens a second by tokens before: fp32 70 at 1, 60 at 512; int4 310 at 1, 160 at 512.
    """
    if not panels or not all(lines and all(lines.values()) for lines in panels.values()):
        raise InputError("panels is empty, or a line in it is: give at least one point for each.")
    told = []
    with style():
        figure = blank(3.6)
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for axis, (label, lines) in zip(axes, panels.items(), strict=True):
            places = sorted({place for line in lines.values() for place, _ in line})
            for (name, line), (colour, marker) in zip(lines.items(), KINDS, strict=False):
                at = [places.index(place) for place, _ in line]
                own = name if axis is axes[0] else None
                axis.plot(at, [speed for _, speed in line], marker=marker, color=colour, label=own)
            axis.set_ylim(bottom=0)
            axis.set_xticks(range(len(places)), [f"{place:,g}" for place in places])
            axis.set_xlabel(label)
            listed = "; ".join(f"{name} {_points(line)}" for name, line in lines.items())
            told.append(f"Tokens a second by {label}: {listed}.")
        axes[0].set_ylabel("tokens a second")
        figure.legend(loc="outside lower center", ncols=4)
        heading(figure, title, subtitle)
    return Chart(figure, f"{title}, {subtitle}. {' '.join(told)}")


def _points(line: Sequence[tuple[float, float]]) -> str:
    return ", ".join(f"{speed:,.3g} at {place:,g}" for place, speed in line)
