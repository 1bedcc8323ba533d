"""When to prune how much: the same final sparsity at once, in rounds, or gradually, under one training budget."""

import ipywidgets as widgets
import numpy as np

from compresslab.arguments import share, whole
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import KINDS, blank, heading, style
from compresslab.pruning import cubic_sparsity, iterative_sparsities

EPOCHS = 40  # of training in all, whatever the schedule


def schedule_chart(sparsity: float, rounds: int, ramp: tuple[int, int], every: int) -> Chart:
    """The sparsity over the epochs of one training budget, and the weights that the largest cut removes.

    Args:
        sparsity: in the end, strictly between 0 and 1.
        rounds: of iterative pruning, evenly spread: the first comes after 1 / (rounds + 1) of the budget.
        ramp: first and last epoch of the cubic schedule, within the budget.
        every: epochs between two prunings on the ramp, at least 1.

    Raises:
        InputError: a setting is out of its range.

    >>> print(schedule_chart(0.75, rounds=2, ramp=(8, 32), every=1).alt)
    Sparsity over 40 epochs, to 75.0%. one-shot: the largest cut takes 75% of what is left, ...
    """
    start, end = ramp
    share(zero=False, one=False, sparsity=sparsity)
    whole(1, EPOCHS - 1, rounds=rounds)
    whole(every=every)
    if not 0 <= start < end <= EPOCHS:
        raise InputError(f"ramp={tuple(ramp)}: it must begin before it ends, from epoch 0 to {EPOCHS}.")
    events = {
        "one-shot": [(EPOCHS / (rounds + 1), sparsity)],
        f"iterative, {rounds} round{'s' * (rounds > 1)}": [
            (EPOCHS * number / (rounds + 1), total)
            for number, total in enumerate(iterative_sparsities(sparsity, rounds), start=1)
        ],
        "cubic": [
            (epoch, cubic_sparsity(epoch, start=start, steps=end - start, final=sparsity))
            for epoch in [*range(start + every, end, every), end]
        ],
    }
    told = []
    with style():
        figure = blank(4.2)
        over_time, cuts = figure.subplots(1, 2, width_ratios=(1.5, 1))
        for row, ((name, steps), (colour, marker), line) in enumerate(
            zip(events.items(), KINDS, ("-", "--", "-."), strict=False)
        ):
            epochs, totals = [0.0, *(e for e, _ in steps), EPOCHS], [0.0, *(t for _, t in steps), sparsity]
            over_time.step(epochs, 100 * np.array(totals), line, where="post", color=colour, label=name)
            over_time.plot(epochs[1:-1], 100 * np.array(totals[1:-1]), marker, color=colour, markersize=5)
            left = 1 - np.array([0.0, *(t for _, t in steps)])
            largest = float((1 - left[1:] / left[:-1]).max())
            after = EPOCHS - steps[-1][0]
            cuts.barh(row, 100 * largest, height=0.6, color=colour)
            cuts.annotate(f"{largest:.0%}", (100 * largest, row), (4, 0), textcoords="offset points", va="center")
            told.append(
                f"{name}: the largest cut takes {largest:.0%} of what is left, {after:.3g} epochs remain after the last"
            )
        over_time.set_xlabel("epochs of training")
        over_time.set_ylabel("weights that are zero (%)")
        over_time.set_ylim(0, 105)
        cuts.set_yticks(range(len(events)), [name.partition(",")[0] for name in events])
        cuts.invert_yaxis()
        cuts.set_xlim(0, 118)
        cuts.grid(visible=False, axis="y")
        cuts.set_xlabel("largest cut (% of what was left)")
        figure.legend(loc="outside lower center", ncols=3)
        heading(
            figure,
            f"Three ways to {sparsity:.1%}",
            f"a budget of {EPOCHS} epochs in all, one-shot's first pruning as in the rounds",
        )
    return Chart(figure, f"Sparsity over {EPOCHS} epochs, to {sparsity:.1%}. {'; '.join(told)}.")


def schedule_explorer() -> widgets.VBox:
    """The chart with sliders for the sparsity, the rounds, the ramp and how often it prunes.

    >>> len(schedule_explorer().children)  # four controls and the picture
    5
    """
    wide = {"style": {"description_width": "14em"}, "layout": {"width": "42em"}, "continuous_update": False}
    return explore(
        schedule_chart,
        {
            "sparsity": widgets.FloatSlider(
                value=0.95, min=0.5, max=0.99, step=0.01, description="final sparsity", **wide
            ),
            "rounds": widgets.IntSlider(value=4, min=1, max=20, description="rounds (iterative)", **wide),
            "ramp": widgets.IntRangeSlider(
                value=(8, 32), min=0, max=EPOCHS, description="ramp (cubic, epochs)", **wide
            ),
            "every": widgets.IntSlider(value=1, min=1, max=10, description="prune every ... epochs (cubic)", **wide),
        },
    )
