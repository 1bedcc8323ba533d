"""Pruning in rounds: what a round takes, where the weights are that are left, and what differs between methods."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter

from compresslab.arguments import share, whole
from compresslab.errors import InputError
from compresslab.plots.chart import BETTER, FAINT, KINDS, WORSE, Chart, blank, heading, style
from compresslab.pruning import step_fraction


def fractions_chart(sparsity: float, rounds: int) -> Chart:
    """What is left after each round, if a round takes the right fraction of it, and for two wrong ones.

    Args:
        sparsity: that the rounds are to reach, strictly between 0 and 1.
        rounds: 2 or more.

    Raises:
        InputError: a setting is out of its range.

    >>> print(fractions_chart(0.75, rounds=2).alt)
    Weights left by round, aiming at 75% sparsity in 2 rounds. 1 - (1 - s)^(1/n), right takes 50.0% a round ...
    """
    share(zero=False, one=False, sparsity=sparsity)
    whole(2, rounds=rounds)
    fractions = {
        "1 - (1 - s)^(1/n), right": step_fraction(sparsity, rounds),
        "s^(1/n), wrong": sparsity ** (1 / rounds),
        "s / n, wrong": sparsity / rounds,
    }
    ends = []
    with style():
        figure = blank(3.8)
        axis = figure.subplots()
        for (name, fraction), (colour, marker) in zip(fractions.items(), KINDS, strict=False):
            left = 100 * (1 - fraction) ** np.arange(rounds + 1)
            axis.plot(range(rounds + 1), left, marker=marker, color=colour, label=f"{name}: {fraction:.1%} a round")
            ends.append(f"{name} takes {fraction:.1%} a round and ends at {100 - left[-1]:.3g}% sparsity")
        target = 100 * (1 - sparsity)
        axis.axhline(target, color="black", linestyle="--", linewidth=1, label=f"the aim: {target:.3g}% left")
        axis.set_yscale("log")
        axis.set_xticks(range(rounds + 1))
        axis.yaxis.set_major_formatter(FuncFormatter(lambda percent, _: f"{percent:g}"))
        axis.set_xlabel("rounds done")
        axis.set_ylabel("weights left (%, log scale)")
        figure.legend(loc="outside right center", fontsize=9)
        heading(figure, f"Towards {sparsity:.0%} in {rounds} rounds", "each round takes a fraction of what is left")
    return Chart(
        figure, f"Weights left by round, aiming at {sparsity:.0%} sparsity in {rounds} rounds. " + "; ".join(ends)
    )


def left_by_layer_chart(left: Mapping[str, Mapping[str, int]], *, title: str, subtitle: str) -> Chart:
    """Weights that are left in each layer, a bar for each way of pruning.

    Args:
        left: by way of pruning and layer, a count. All ways have the same layers.
        title, subtitle: what was pruned, and to which sparsity.

    Raises:
        InputError: there is nothing to draw, or the layers differ.

    >>> left = {"global": {"conv": 9, "fc": 1}, "by layer": {"conv": 5, "fc": 5}}
    >>> print(left_by_layer_chart(left, title="Two ways", subtitle="to 90%").alt)
    Two ways, to 90%. Weights left: global: conv 9, fc 1; by layer: conv 5, fc 5.
    """
    layers = [list(counts) for counts in left.values()]
    if not layers or not layers[0] or any(names != layers[0] for names in layers):
        raise InputError(f"left needs the same layers, at least one, for every way of pruning; got {layers}.")
    places, width = np.arange(len(layers[0])), 0.8 / len(left)
    with style():
        figure = blank(3.8)
        axis = figure.subplots()
        hatches = cycle(("", "//", "..", "xx"))
        for number, ((name, counts), (colour, _), hatch) in enumerate(
            zip(left.items(), cycle(KINDS), hatches, strict=False)
        ):
            x = places + (number - (len(left) - 1) / 2) * width
            bars = axis.bar(x, list(counts.values()), width, color=colour, hatch=hatch, edgecolor="white", label=name)
            axis.bar_label(bars, padding=2, fontsize=9)
        axis.set_yscale("symlog", linthresh=10)
        axis.set_ylim(0, 4 * max(10, *(count for counts in left.values() for count in counts.values())))
        axis.set_xticks(places, layers[0])
        axis.set_ylabel("weights left\n(number, log scale)")
        axis.grid(visible=False, axis="x")
        figure.legend(loc="outside lower center", ncols=4 if sum(map(len, left)) < 50 else 2)
        heading(figure, title, subtitle)
    said = "; ".join(f"{name}: " + ", ".join(f"{at} {n}" for at, n in counts.items()) for name, counts in left.items())
    return Chart(figure, f"{title}, {subtitle}. Weights left: {said}.")


def differences_chart(differences: Sequence[Mapping[str, Any]], *, data: str) -> Chart:
    """Differences in accuracy between ways of pruning, in percentage points, each with its interval.

    Args:
        differences: from the top down, each with "method", "against", "sparsity", "points" (of the first less the
            second), "interval" ("low", "high", "confidence"), "seeds", and "n" test images.
        data: name of the data set.

    Raises:
        InputError: there is no difference, or an interval ends below its beginning.

    >>> found = {"method": "rewound", "against": "fine-tuned", "sparsity": 0.9, "points": 1.2, "seeds": 5, "n": 450}
    >>> found["interval"] = {"low": 0.4, "high": 2.0, "confidence": 0.95}
    >>> print(differences_chart([found], data="digits").alt)
    Differences in percentage points on digits, ... rewound against fine-tuned (90%): +1.2 [+0.4, +2.0].
    """
    if not differences:
        raise InputError("differences is empty: give at least one.")
    for found in differences:
        if not found["interval"]["low"] <= found["interval"]["high"]:
            raise InputError(f"interval={found['interval']} ends below its beginning.")
    sides = [(found["method"], f"against {found['against']} ({100 * found['sparsity']:g}%)") for found in differences]
    names = [" ".join(side) for side in sides]
    lines = [[part for side in both for part in wrap(side, 34, break_on_hyphens=False)] for both in sides]
    said = []
    with style():
        figure = blank(1.5 + 0.36 * sum(0.5 + 0.5 * len(line) for line in lines))
        axis = figure.subplots()
        for row, found in enumerate(differences):
            low, middle, high = found["interval"]["low"], found["points"], found["interval"]["high"]
            colour, marker = (FAINT, "D") if low <= 0 <= high else (BETTER, "o") if middle > 0 else (WORSE, "s")
            axis.plot([low, high], [row, row], color=colour, linewidth=2)
            axis.plot(middle, row, marker, color=colour, markersize=7)
            label = f"{middle:+.1f} [{low:+.1f}, {high:+.1f}]"
            axis.annotate(label, (max(high, 0), row), (8, 0), textcoords="offset points", va="center", fontsize=9)
            said.append(f"{names[row]}: {label}")
        axis.axvline(0, color="black", linestyle="--", linewidth=1)
        lowest = min(0.0, *(found["interval"]["low"] for found in differences))
        highest = max(0.0, *(found["interval"]["high"] for found in differences))
        room = max(highest - lowest, 1e-3)
        axis.set_xlim(lowest - 0.05 * room, highest + 0.45 * room)
        axis.set_yticks(range(len(names)), ["\n".join(line) for line in lines])
        axis.set_ylim(len(names) - 0.5, -0.5)
        axis.grid(visible=False, axis="y")
        level = differences[0]["interval"]["confidence"]
        axis.set_xlabel(f"difference (percentage points, {level:.0%} interval)")
        counts = f"{differences[0]['seeds']} seeds, {differences[0]['n']:,} test images"
        heading(figure, f"Paired differences on {data}", f"{counts}; circle: gain, square: loss, diamond: includes 0")
    return Chart(figure, f"Differences in percentage points on {data}, {counts}. {'; '.join(said)}.")
