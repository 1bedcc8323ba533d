"""The explorer of orders says what the histories hold."""

from typing import Any

import pytest

from compresslab.errors import InputError
from compresslab.explorers import orders_chart, orders_explorer


def line(stage: str, before: float | None, accuracy: float, weight_bytes: int) -> dict[str, Any]:
    return {"stage": stage, "before": before, "accuracy": accuracy, "weight_bytes": weight_bytes}


RUNS = [
    {
        "pruning": pruning,
        "order": order,
        "history": [
            [line("original", None, 0.9, 4000), *(line(stage, 0.2, end, 1000) for stage in order)] for end in (0.8, 0.6)
        ],
    }
    for pruning in ("unstructured", "channels")
    for order in (["prune", "quantize"], ["quantize", "prune"])
]


def test_each_step_is_the_mean_of_the_seeds_and_the_loss_is_since_the_untouched_model() -> None:
    chart = orders_chart(RUNS, data="digits")(pruning="channels", order="quantize, prune")
    assert chart.alt == (
        "quantize, prune (channels), digits, mean of 2 seeds. original 90.0%, 4 kB of weights; "
        "quantize 20.0%, trained 70.0%, 1 kB; prune 20.0%, trained 70.0%, 1 kB."
    )
    assert any("20.0 points lost since the untouched model" in text.get_text() for text in chart.figure.texts)


def test_a_choice_redraws_its_own_run() -> None:
    explorer = orders_explorer(RUNS, data="digits")
    pruning, order, picture = explorer.children
    assert order.options == ("prune, quantize", "quantize, prune")
    pruning.value, order.value = "channels", "quantize, prune"
    assert "quantize, prune (channels)" in picture.value


def test_what_was_not_run_is_refused() -> None:
    with pytest.raises(InputError, match="runs is empty"):
        orders_chart([], data="digits")
    with pytest.raises(InputError, match="no run of 'prune' with 'channels' pruning"):
        orders_chart(RUNS, data="digits")(pruning="channels", order="prune")
