"""The explorer of what users waited."""

import numpy as np
import pytest

from compresslab.errors import InputError
from compresslab.explorers import latency_chart, latency_explorer
from compresslab.serving.load import Load, Sent

SENT = tuple(Sent(n / 10, 0.010 + 0.001 * n, 200, 1 if n < 20 else 2) for n in range(40))
LOAD = Load(4.0, (*SENT, Sent(3.95, 0.5, 503, None)))


def test_the_percentiles_are_numpys_over_the_stretch() -> None:
    alt = latency_chart(LOAD, 1.0, 3.0, 90).alt
    first = np.percentile([1000 * each.seconds for each in SENT[10:20]], 90)
    second = np.percentile([1000 * each.seconds for each in SENT[20:30]], 90)
    assert f"version 1 {first:.1f} ms of 10, version 2 {second:.1f} ms of 10" in alt
    assert "20 requests, none failed" in alt


def test_failures_are_counted_and_have_no_latency() -> None:
    assert "1 requests, 1 failed. p50: no answers" in latency_chart(LOAD, 3.95, 4.0, 50).alt


@pytest.mark.parametrize(
    ("begin", "end", "said"), [(2, 2, "must end after"), (3, 1, "must end after"), (9, 10, "no request")]
)
def test_stretches_that_are_none(begin: float, end: float, said: str) -> None:
    with pytest.raises(InputError, match=said):
        latency_chart(LOAD, begin, end, 50)


def test_the_explorer_redraws_for_another_percentile() -> None:
    explorer = latency_explorer(LOAD)
    stretch, percentile, picture = explorer.children
    before = picture.value
    percentile.value = 50.0
    assert picture.value != before and "p50" in picture.value
    stretch.value = (2.0, 2.05)
    assert "2.0 to 2.0" in picture.value or "2.0 to 2.1" in picture.value
