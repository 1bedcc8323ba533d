"""Range estimators against PyTorch's observers, brute force over all values, and ONNX Runtime's calibration."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from onnxruntime.quantization.calibrate import HistogramCollector
from scipy.stats import entropy
from torch.ao.quantization import observer

from compresslab.errors import InputError
from compresslab.quantization import (
    UINT8,
    IntegerFormat,
    LeastLoss,
    MinMax,
    MovingAverage,
    Percentile,
    RangeMethod,
    divergence,
    fake_quantize,
    range_estimator,
    scale_and_zero_point,
    squared_error,
)
from compresslab.quantization.histogram import Histogram

METHODS = RangeMethod.__args__
finite = st.floats(-(2.0**60), 2.0**60, width=32)
batches = st.lists(hnp.arrays(np.float32, st.integers(1, 20), elements=finite), min_size=1, max_size=6)


def draws(seed: int = 0, count: int = 20_000) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    normal = torch.randn(count, generator=random)
    return {
        "normal": normal,
        "relu": normal.relu(),
        "heavy": torch.sinh(2 * normal),
        "shifted": 0.2 * normal + 3,
        "negative": -normal.abs() - 0.5,
        "outlier": torch.cat([normal, torch.tensor([60.0])]),
    }


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (MinMax(), observer.MinMaxObserver()),
        (MovingAverage(), observer.MovingAverageMinMaxObserver()),
        (MovingAverage(0.3), observer.MovingAverageMinMaxObserver(averaging_constant=0.3)),
    ],
    ids=["min_max", "moving_average", "momentum"],
)
def test_ends_are_those_of_pytorchs_observers(ours, theirs) -> None:
    for values in draws().values():
        ours.observe(values)
        theirs(values)
    expected = (theirs.min_val.item(), theirs.max_val.item())
    assert ours.range() == pytest.approx(expected, rel=1e-5)


@given(batches)
def test_a_histogram_of_batches_is_that_of_all_values(arrays) -> None:
    in_batches, reversed_, at_once = Histogram(), Histogram(), Histogram()
    for array in arrays:
        in_batches.add(torch.from_numpy(array))
    for array in reversed(arrays):
        reversed_.add(torch.from_numpy(array))
    everything = torch.from_numpy(np.concatenate(arrays))
    at_once.add(everything)
    values, counts = at_once.occupied()
    for other in (in_batches, reversed_):
        assert all(map(torch.equal, other.occupied(), (values, counts)))
        assert (other.low, other.high, other.width) == (at_once.low, at_once.high, at_once.width)
    assert counts.sum() == len(everything)
    assert at_once.low <= values.min() <= values.max() <= at_once.high
    # Each value is counted in the bin it lies in.
    nearest = (everything.double()[:, None] - values).abs().amin(1)
    assert (nearest <= at_once.width).all()
    if everything.any():
        assert 4096 * at_once.width <= everything.abs().max() < 8192 * at_once.width


@pytest.mark.parametrize("method", [name for name in METHODS if name != "moving_average"])
@given(arrays=batches)
def test_ranges_do_not_depend_on_how_the_values_were_divided(method, arrays) -> None:
    streamed, at_once = range_estimator(method), range_estimator(method)
    for array in arrays:
        streamed.observe(torch.from_numpy(array))
    at_once.observe(torch.from_numpy(np.concatenate(arrays)))
    low, high = at_once.range()
    assert streamed.range() == (low, high)
    assert low <= high
    scale_and_zero_point(low, high, UINT8)


@pytest.mark.parametrize("kept", [0.5, 0.9, 0.999, 0.9999, 1.0])
@pytest.mark.parametrize("kind", draws())
def test_percentiles_are_those_of_the_sorted_values(kind, kept) -> None:
    values = draws()[kind]
    estimator = Percentile(kept)
    for batch in values.split(777):
        estimator.observe(batch)
    low, high = estimator.range()
    bin_ = values.abs().max().item() / 4096
    ordered = values.double().sort().values
    place = (len(ordered) - 1) * kept
    for found, at in ((high, place), (low, len(ordered) - 1 - place)):
        # Numpy's definition, which interpolates between two places.
        assert ordered[math.floor(at + 1e-6)] - bin_ <= found <= ordered[math.ceil(at - 1e-6)] + bin_


def cut(values: torch.Tensor, share: float) -> tuple[torch.Tensor, torch.Tensor]:
    t = share * values.abs().max()
    return values.clamp(-t, t).min(), values.clamp(-t, t).max()


def brute_force(values: torch.Tensor, format: IntegerFormat, symmetric: bool, count: int) -> list[float]:
    """Squared errors of all values, by shares of the largest magnitude at which the range is cut."""
    errors = []
    for number in range(1, count + 1):
        scale, zero_point = scale_and_zero_point(*cut(values, number / count), format, symmetric=symmetric)
        errors.append(error(values, scale, zero_point, format))
    return errors


def error(values, scale, zero_point, format) -> float:
    return float((fake_quantize(values, scale, zero_point, format=format) - values).double().square().sum())


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("kind", draws())
def test_least_squared_error_is_that_of_trying_all_values(kind, bits, symmetric) -> None:
    values, format = draws()[kind], IntegerFormat(bits, signed=symmetric)
    estimator = LeastLoss(squared_error, format, symmetric=symmetric)
    for batch in values.split(777):
        estimator.observe(batch)
    found = error(values, *scale_and_zero_point(*estimator.range(), format, symmetric=symmetric), format)
    assert found <= 1.01 * min(brute_force(values, format, symmetric, 100))
    assert found <= 1.1 * min(brute_force(values, format, symmetric, 370))


def test_fewer_bits_clamp_more_and_an_outlier_moves_only_the_extremes() -> None:
    def upper(estimator, kind: str) -> float:
        estimator.observe(draws()[kind])
        return estimator.range()[1]

    ends = [upper(LeastLoss(squared_error, IntegerFormat(bits)), "normal") for bits in (2, 3, 4, 6, 8)]
    assert ends == sorted(ends)
    assert ends[0] < 0.6 * ends[-1]
    assert upper(MinMax(), "outlier") == 60
    assert upper(Percentile(), "outlier") < 5
    assert upper(range_estimator("entropy"), "outlier") < 10
    assert upper(LeastLoss(squared_error, IntegerFormat(4)), "outlier") < 10


def test_entropy_clamps_as_onnx_runtime_does() -> None:
    values = draws(count=200_000)["normal"]
    theirs = HistogramCollector(
        "entropy", True, num_bins=2048, num_quantized_bins=128, percentile=99.99, scenario="same"
    )
    bound = values.abs().max().item()
    counts, edges = np.histogram(values.numpy(), bins=2049, range=(-bound, bound))
    _, expected = theirs.get_entropy_threshold((counts, edges, *edges[[0, -1]], bound), 128)
    ours = range_estimator("entropy", IntegerFormat(7), symmetric=True)
    ours.observe(values)
    assert ours.range()[1] / expected == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("scale", [0.03, 0.1, 0.3])
@pytest.mark.parametrize("kind", ["normal", "relu", "outlier"])
def test_divergence_is_scipys_of_the_two_distributions(kind, scale) -> None:
    format, zero = IntegerFormat(6), -5
    values, exact = torch.unique((draws()[kind] * 50).round(), return_counts=True)
    values, exact = (values / 50).double(), exact.double()
    steps = [round(float(np.float64(v) / np.float64(scale))) for v in values]
    inside = [(format.lowest - zero) * scale <= v <= (format.highest - zero) * scale for v in values.tolist()]
    kept = [i for i, within in enumerate(inside) if within]
    p = {i: float(exact[i]) for i in kept}
    for i, within in enumerate(inside):
        if not within:
            p[kept[0] if values[i] < 0 else kept[-1]] += float(exact[i])
    q = {}
    for i in kept:
        same = [j for j in kept if steps[j] == steps[i]]
        q[i] = sum(float(exact[j]) for j in same) / len(same)
    expected = entropy(list(p.values()), list(q.values()))
    found = divergence(values, exact, torch.tensor(scale).double(), torch.tensor(zero), format)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("kind", draws())
def test_entropy_clamps_few_values_of_any_distribution(kind) -> None:
    values = draws()[kind]
    estimator = range_estimator("entropy")
    estimator.observe(values)
    low, high = estimator.range()
    assert ((values < low) | (values > high)).double().mean() < 0.01


def test_divergence_is_none_where_the_integers_tell_everything() -> None:
    values, counts = torch.arange(256).double(), torch.arange(1, 257).double()
    exact = divergence(values, counts, torch.tensor(1.0).double(), torch.tensor(0), UINT8)
    assert exact == pytest.approx(0, abs=1e-12)
    coarser = divergence(values, counts, torch.tensor(2.0).double(), torch.tensor(0), UINT8)
    clamped = divergence(values, counts, torch.tensor(0.9).double(), torch.tensor(0), UINT8)
    beside = divergence(values[5:], counts[5:], torch.tensor(1e-3).double(), torch.tensor(0), UINT8)
    assert coarser > 0
    assert clamped > 0
    assert beside == math.inf


@pytest.mark.parametrize("method", METHODS)
def test_single_values_constants_and_zeros_have_a_range(method) -> None:
    for values, expected in (([0.0], (0, 0)), ([0.0, 0.0, 0.0], (0, 0)), ([-3.0], None), ([5.0, 5.0], None)):
        estimator = range_estimator(method)
        estimator.observe(torch.tensor(values))
        low, high = estimator.range()
        assert expected is None or (low, high) == expected
        scale, zero_point = scale_and_zero_point(low, high, UINT8)
        found = fake_quantize(torch.tensor(values), scale, zero_point, format=UINT8)
        torch.testing.assert_close(found, torch.tensor(values), rtol=5e-3, atol=0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("values", "message"),
    [
        (torch.zeros(0, 3), r"shape \(0, 3\) are empty"),
        (torch.tensor([1.0, math.nan]), "NaN or infinity"),
        (torch.tensor([1.0, -math.inf]), "NaN or infinity"),
        (torch.tensor([1]), "int64"),
    ],
)
def test_what_has_no_range_is_refused_and_changes_nothing(method, values, message) -> None:
    estimator = range_estimator(method)
    with pytest.raises(InputError, match="nothing has been observed"):
        estimator.range()
    estimator.observe(torch.tensor([-1.0, 1.0]))
    before = estimator.range()
    with pytest.raises(InputError, match=message):
        estimator.observe(values)
    assert estimator.range() == before


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: range_estimator("minmax"), "method='minmax' is not known: choose from min_max"),
        (lambda: Percentile(0.4), "kept=0.4"),
        (lambda: Percentile(99.9), "kept=99.9"),
        (lambda: MovingAverage(0.0), "momentum=0.0"),
    ],
)
def test_settings_out_of_range_are_refused(call, message) -> None:
    with pytest.raises(InputError, match=message):
        call()
