"""What a method gains over another, compared under several conditions: intervals in rows, a mark for each condition."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

from compresslab.errors import InputError
from compresslab.plots.chart import KINDS, Chart, blank, heading, style

_APART = 0.22  # of a row's height, between the marks of two conditions


def gains_chart(
    differences: Sequence[Mapping[str, Any]],
    *,
    title: str,
    subtitle: str,
    quantity: str = "difference (percentage points)",
) -> Chart:
    """Differences with their intervals, a row for each method; an interval that reaches over 0 has a hollow mark.

    Args:
        differences: rows from the top down, each with "method", "at" (the condition, such as "equal epochs"), "points"
            and "interval" ("low", "high").
        title, subtitle: over the figure: what is compared with what, on which data, with how many seeds and images.
        quantity: label of the horizontal axis, with its unit.

    Raises:
        InputError: there is no difference, two have the same method and condition, or an interval ends below its
            beginning.

    >>> gained = {"method": "response", "at": "equal epochs", "points": 2.0, "interval": {"low": 1.0, "high": 3.0}}
    >>> print(gains_chart([gained], title="Over the student alone", subtitle="digits32").alt)
    Over the student alone, digits32: difference (percentage points). At equal epochs: response +2.0 [+1.0, +3.0].
    """
    if not differences:
        raise InputError("differences is empty: give at least one.")
    keys = [(found["method"], found["at"]) for found in differences]
    if twice := [key for key in keys if keys.count(key) > 1]:
        raise InputError(f"differences has {twice[0]} twice: give one for each method and condition.")
    for found in differences:
        if not found["interval"]["low"] <= found["interval"]["high"]:
            raise InputError(f"interval={found['interval']} ends below its beginning.")
    methods = list(dict.fromkeys(method for method, _ in keys))
    conditions = list(dict.fromkeys(at for _, at in keys))
    said: dict[str, list[str]] = {at: [] for at in conditions}
    with style():
        figure = blank(1.6 + 0.26 * len(methods) * max(len(conditions), 1.5))
        axis = figure.subplots()
        for number, (at, (colour, marker)) in enumerate(zip(conditions, cycle(KINDS), strict=False)):
            for found in differences:
                if found["at"] != at:
                    continue
                low, middle, high = found["interval"]["low"], found["points"], found["interval"]["high"]
                row = methods.index(found["method"]) + _APART * (number - (len(conditions) - 1) / 2)
                fill = "white" if low <= 0 <= high else colour
                axis.plot([low, high], [row, row], color=colour, linewidth=2)
                axis.plot(middle, row, marker, color=colour, markerfacecolor=fill, markersize=7)
                said[at].append(f"{found['method']} {middle:+.1f} [{low:+.1f}, {high:+.1f}]")
            axis.plot([], [], f"{marker}-", color=colour, label=at)
        axis.axvline(0, color="black", linestyle="--", linewidth=1)
        axis.set_yticks(range(len(methods)), methods)
        axis.set_ylim(len(methods) - 0.5, -0.5)
        axis.grid(visible=False, axis="y")
        axis.set_xlabel(quantity)
        figure.legend(loc="outside lower center", ncols=len(conditions))
        heading(figure, title, subtitle)
    listed = " ".join(f"At {at}: {', '.join(each)}." for at, each in said.items())
    return Chart(figure, f"{title}, {subtitle}: {quantity}. {listed}")
