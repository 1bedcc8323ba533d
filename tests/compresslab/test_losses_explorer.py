"""The mixer of losses: shares of the pull against shares worked out by hand, and the run that it marks."""

import ipywidgets as widgets
import pytest

from compresslab.errors import InputError
from compresslab.explorers import losses_chart, losses_explorer

RUNS = [
    {"terms": ["labels"], "seed": 0, "accuracy": 0.80},
    {"terms": ["labels"], "seed": 1, "accuracy": 0.84},
    {"terms": ["hint", "labels"], "seed": 0, "accuracy": 0.90},
    {"terms": ["hint", "labels"], "seed": 1, "accuracy": 0.91},
]
PULLS = {"labels": (3.0, 0.5), "hint": (1.0, 2.0)}


def test_a_term_pulls_by_its_weight_times_its_gradient() -> None:
    chart = losses_chart(RUNS, PULLS, data="digits", labels=1.0, hint=3.0)
    assert "labels 50% and 8%, hint 50% and 92%" in chart.alt  # 3 : 3, and 0.5 : 6


def test_the_run_of_the_terms_switched_on_is_told_whatever_their_order_and_weights() -> None:
    assert "labels + hint: 90.5% right" in losses_chart(RUNS, PULLS, data="digits", labels=0.25, hint=4.0).alt
    assert "labels: 82.0% right" in losses_chart(RUNS, PULLS, data="digits", labels=2.0, hint=0.0).alt
    assert "No run has hint." in losses_chart(RUNS, PULLS, data="digits", labels=0.0, hint=1.0).alt


def test_no_weight_at_all_is_no_pull() -> None:
    alt = losses_chart(RUNS, PULLS, data="digits", labels=0.0, hint=0.0).alt
    assert "labels 0% and 0%, hint 0% and 0%. No run has nothing." in alt


def test_both_pictures_name_their_axes_and_mark_one_mix() -> None:
    figure = losses_chart(RUNS, PULLS, data="digits", labels=1.0, hint=0.0).figure
    above, below = figure.axes
    assert [axis.get_xlabel() for axis in (above, below)] == ["share of the pull (%)", "top-1 accuracy (%)"]
    assert [tick.get_text() for tick in below.get_yticklabels()] == ["labels", "labels + hint"]
    assert sorted(points.get_sizes()[0] for points in below.collections) == [14, 14, 40, 90]


@pytest.mark.parametrize(
    ("runs", "weights", "says"),
    [
        ([], {"labels": 1.0, "hint": 1.0}, "runs is empty"),
        (RUNS, {"labels": -1.0, "hint": 1.0}, "labels=-1"),
        (RUNS, {"labels": 1.0}, "weights of labels, and pulls of labels, hint"),
    ],
)
def test_what_cannot_be_drawn_is_refused(runs: list[dict[str, object]], weights: dict[str, float], says: str) -> None:
    with pytest.raises(InputError, match=says):
        losses_chart(runs, PULLS, data="digits", **weights)


def test_a_slider_redraws() -> None:
    explorer = losses_explorer(RUNS, PULLS, weights={"labels": 1.0, "hint": 2.0}, data="digits")
    labels, hint, picture = explorer.children
    assert isinstance(hint, widgets.FloatSlider)
    assert "labels + hint: 90.5%" in picture.value
    hint.value = 0.0
    assert "labels: 82.0%" in picture.value
    assert (labels.max, hint.max) == (4.0, 8.0)
