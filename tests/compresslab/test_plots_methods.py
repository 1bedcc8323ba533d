"""The chart of methods over sparsity, read back from matplotlib and from its description."""

import numpy as np
import pytest

from compresslab.errors import InputError
from compresslab.plots import methods_chart

RUNS = [
    {"method": method, "sparsity": sparsity, "seed": seed, "accuracy": 0.9 - sparsity / 10 + 0.02 * seed + better}
    for method, better in (("magnitude", 0.0), ("movement", 0.01))
    for sparsity in (0.9, 0.5)
    for seed in (0, 1)
]


def test_the_line_is_the_mean_and_the_bar_goes_from_the_worst_seed_to_the_best() -> None:
    chart = methods_chart(RUNS, data="made up")
    (axis,) = chart.figure.axes
    magnitude, movement = axis.containers
    line, (lower, upper), _ = magnitude.lines
    assert line.get_ydata().tolist() == pytest.approx([86.0, 82.0])  # 50% and 90%, in rising order
    assert (lower.get_ydata().tolist(), upper.get_ydata().tolist()) == (
        pytest.approx([85.0, 81.0]),
        pytest.approx([87.0, 83.0]),
    )
    assert np.all(movement.lines[0].get_xdata() > line.get_xdata())  # beside each other, not on top
    assert [label.get_text() for label in axis.get_xticklabels()] == ["50", "90"]
    assert "magnitude: 86.0% at 50%, 82.0% at 90%; movement: 87.0% at 50%" in chart.alt
    assert "2 seeds" in chart.alt and "Not pruned" not in chart.alt


def test_sparsities_are_spaced_by_what_is_left() -> None:
    runs = [{"method": "m", "sparsity": s, "seed": 0, "accuracy": 0.5} for s in (0.0, 0.9, 0.99)]
    assert methods_chart(runs, data="").figure.axes[0].get_xticks().tolist() == pytest.approx([0, 1, 2])


def test_a_method_may_lack_a_sparsity_and_a_sparsity_may_be_alone() -> None:
    axis = methods_chart(RUNS[:6], data="").figure.axes[0]
    assert [len(container.lines[0].get_xdata()) for container in axis.containers] == [2, 1]
    assert len(methods_chart(RUNS[:2], data="").figure.axes[0].containers) == 1


def test_runs_without_pruning_are_a_band() -> None:
    chart = methods_chart(RUNS, data="", dense=[{"seed": 0, "accuracy": 0.95}, {"seed": 1, "accuracy": 0.97}])
    labels = [text.get_text() for text in chart.figure.axes[0].get_legend().get_texts()]
    assert labels == ["not pruned", "magnitude", "movement"]
    assert "Not pruned: 96.0%." in chart.alt


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(InputError, match="runs is empty"):
        methods_chart([], data="")
    for sparsity in (1.0, -0.1, 90):
        with pytest.raises(InputError, match=f"sparsity={sparsity}"):
            methods_chart([RUNS[0] | {"sparsity": sparsity}], data="")
