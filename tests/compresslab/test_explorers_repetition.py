"""The repetition explorer: what is thrown away doesn't count, and more rounds make the interval narrower."""

import numpy as np
import pytest

from compresslab.errors import InputError
from compresslab.explorers import repetition_chart, repetition_explorer

GENERATOR = np.random.default_rng(0)
STEADY = {name: base * (1 + 0.1 * GENERATOR.random(60)) for name, base in (("fp32", 2.0), ("int8", 1.0))}


def test_rounds_of_the_warm_up_do_not_count() -> None:
    times = {name: np.concatenate([[50.0] * 6, rest]) for name, rest in STEADY.items()}  # equally slow at first
    assert "int8 is 1.00 [1.00, 1.00]" in repetition_chart(times, warmup=0, rounds=5).alt
    ratio = float(np.median(STEADY["fp32"][:30] / STEADY["int8"][:30]))
    assert f"int8 is {ratio:.2f} [" in repetition_chart(times, warmup=6, rounds=30).alt


def test_the_interval_is_that_of_the_rounds_that_count() -> None:
    chart = repetition_chart(STEADY, warmup=10, rounds=40)
    (line,) = [line for line in chart.figure.axes[1].lines if len(line.get_xdata()) > 2]
    assert (line.get_xdata()[0], line.get_xdata()[-1]) == (5, 40)
    ratios = STEADY["fp32"][10:] / STEADY["int8"][10:]
    assert line.get_ydata()[-1] == pytest.approx(np.median(ratios[:40]))
    assert line.get_ydata()[0] == pytest.approx(np.median(ratios[:5]))
    shares = [float(repetition_chart(STEADY, warmup=0, rounds=n).alt.split("spans ")[1].split("%")[0]) for n in (5, 60)]
    assert shares[1] < shares[0]


def test_both_panels_share_their_axis_of_rounds() -> None:
    above, below = repetition_chart(STEADY, warmup=3, rounds=20).figure.axes
    assert above.get_xlim() == below.get_xlim()
    assert [len(line.get_xdata()) for line in above.lines] == [60, 60]


def test_the_sliders_redraw() -> None:
    box = repetition_explorer(STEADY)
    warmup, rounds, picture = box.children
    before = picture.value
    rounds.value = rounds.max
    assert "by 30 rounds after 0" in picture.value != before
    warmup.value = warmup.max
    assert "by 30 rounds after 30" in picture.value


@pytest.mark.parametrize(
    ("times", "settings", "message"),
    [
        ({"a": [1.0] * 9}, {}, "two variants"),
        ({"a": [1.0] * 9, "b": [1.0] * 8}, {}, "a: 9, b: 8"),
        ({"a": [1.0] * 9, "b": [1.0] * 8 + [0.0]}, {}, "'b' holds a time"),
        ({"a": [1.0] * 9, "b": [1.0] * 8 + [float("nan")]}, {}, "'b' holds a time"),
        ({"a": [1.0] * 9, "b": [1.0] * 9}, {"rounds": 4}, "rounds=4"),
        ({"a": [1.0] * 9, "b": [1.0] * 9}, {"warmup": 5}, "less the warm-up"),
        ({"a": [1.0] * 9, "b": [1.0] * 9}, {"warmup": -1}, "warmup=-1"),
    ],
    ids=str,
)
def test_times_that_cannot_be_compared_are_refused(times, settings, message) -> None:
    with pytest.raises(InputError, match=message):
        repetition_chart(times, **{"warmup": 0, "rounds": 5} | settings)
    if not settings and len(times) == 1:
        with pytest.raises(InputError, match="measure at least 10"):
            repetition_explorer(times)
