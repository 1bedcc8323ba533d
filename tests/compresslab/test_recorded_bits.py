"""What reference/quantization/bits_*.json say hangs together, and with the code."""

import hashlib
import itertools
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from compresslab.models import load_baseline
from compresslab.recorded import load_recorded

Line = dict[str, Any]
LEAST, AFTER = "PTQ, least error", "PTQ, least error, after training on"


@pytest.fixture(scope="module", params=["bits_digits32", "bits_photographs"])
def recorded(request: pytest.FixtureRequest) -> Line:
    return load_recorded(f"quantization/{request.param}") | {"file": request.param}


@pytest.fixture(scope="module")
def digits() -> Line:
    return load_recorded("quantization/bits_digits32")


@pytest.fixture(scope="module")
def photographs() -> Line:
    return load_recorded("quantization/bits_photographs")


def alike(bits: int) -> Line:
    return {"weights": bits, "activations": bits}


def run(recorded: Line, method: str, bits: Line) -> Line:
    (line,) = (line for line in recorded["runs"] if (line["method"], line["bits"]) == (method, bits))
    return line


def difference(recorded: Line, method: str, against: str, bits: int) -> Line:
    (line,) = (
        line
        for line in recorded["differences"]
        if (line["method"], line["against"], line["bits"]) == (method, against, alike(bits))
    )
    return line


def covers_nothing_lost(line: Line) -> bool:
    return line["interval"]["low"] <= 0 <= line["interval"]["high"]


def test_they_are_of_the_scripts_beside_them(recorded: Line, repository: Path) -> None:
    script = repository / f"reference/quantization/{recorded['file']}.py"
    assert recorded["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()


def test_accuracies_are_the_means_of_their_seeds_and_within_their_intervals(recorded: Line) -> None:
    seeds = recorded["seeds"] if isinstance(recorded["seeds"], int) else len(recorded["seeds"])
    for line in (*recorded["runs"], *recorded["fp32"].values()):
        assert len(line["by_seed"]) == seeds
        assert line["accuracy"] == pytest.approx(mean(line["by_seed"]), abs=1e-5)
        assert line["interval"]["low"] <= line["accuracy"] <= line["interval"]["high"]


def test_differences_are_those_of_the_accuracies(recorded: Line) -> None:
    for line in recorded["differences"]:
        own = run(recorded, line["method"], line["bits"])
        other = recorded["fp32"].get(line["against"]) or run(recorded, line["against"], line["bits"])
        by_seed = [100 * (a - b) for a, b in zip(own["by_seed"], other["by_seed"], strict=True)]
        assert line["by_seed"] == pytest.approx(by_seed, abs=0.01)
        assert line["points"] == pytest.approx(mean(by_seed), abs=0.01)
        assert line["interval"]["low"] <= line["points"] <= line["interval"]["high"]


def test_the_control_trained_for_as_long_with_the_same_settings_as_the_rounded(recorded: Line) -> None:
    assert recorded["recipe"]["trained_on"]["precision"] == "fp32"
    assert set(recorded["fp32"]) == {"fp32", "fp32 trained on"}


def test_images_that_share_a_digit_are_resampled_together(digits: Line, photographs: Line) -> None:
    assert {line["groups"] for line in digits["differences"]} == {448}
    assert {line["groups"] for line in photographs["differences"]} == {photographs["data"]["images"]["test"]}


def test_the_photographs_are_the_shipped_baselines(photographs: Line) -> None:
    assert photographs["weights_sha256"] == load_baseline(width=20).card["sha256"]
    low, high = photographs["fp32"]["fp32"]["interval"]["low"], photographs["fp32"]["fp32"]["interval"]["high"]
    assert low <= load_baseline(width=20).test_accuracy <= high


def test_8_bits_lose_nothing_that_shows_with_training_or_without(recorded: Line) -> None:
    for method in ("QAT", "LSQ"):
        assert covers_nothing_lost(difference(recorded, method, "fp32 trained on", 8))
    assert covers_nothing_lost(difference(recorded, "PTQ", "fp32", 8))


def test_without_training_fewer_bits_cost_more_and_2_bits_everything(recorded: Line) -> None:
    for method in ("PTQ", LEAST):
        lost = [difference(recorded, method, "fp32", bits)["interval"] for bits in (6, 4, 3, 2)]
        for more, fewer in itertools.pairwise(lost):
            assert fewer["high"] < more["low"]
        assert run(recorded, method, alike(2))["accuracy"] < 0.2  # of ten classes


def test_at_4_and_3_bits_clipping_is_worth_more_than_whole_ranges(recorded: Line) -> None:
    for bits in (4, 3):
        whole, clipped = (run(recorded, method, alike(bits)) for method in ("PTQ", LEAST))
        assert clipped["interval"]["low"] > whole["interval"]["high"]


def test_training_with_the_rounding_beats_rounding_after_as_much_training_at_4_bits(recorded: Line) -> None:
    for method in ("QAT", "LSQ"):
        assert difference(recorded, method, AFTER, 4)["interval"]["low"] > 0


def test_the_fewer_the_bits_the_more_training_with_the_rounding_gains(recorded: Line) -> None:
    gains = [difference(recorded, "LSQ", AFTER, bits)["interval"] for bits in (4, 3, 2)]
    for more, fewer in itertools.pairwise(gains):
        assert fewer["low"] > more["high"]
    for bits in (3, 2):
        assert difference(recorded, "QAT", AFTER, bits)["interval"]["low"] > 0


def test_learned_scales_are_what_2_bits_need(recorded: Line) -> None:
    assert difference(recorded, "LSQ", "QAT", 2)["interval"]["low"] > 5


def test_adaptive_rounding_wins_back_what_rounding_to_nearest_loses(photographs: Line) -> None:
    found = {
        (line["method"], line["against"], *line["bits"].values()): line["interval"]
        for line in photographs["differences"]
    }
    for bits in ((4, 8), (3, 8), (4, 4), (3, 3)):
        assert found["AdaRound", "PTQ, least error, weights too", *bits]["low"] > 0
    for bits in ((4, 8), (3, 8), (4, 4)):
        assert found["AdaRound", "fp32", *bits]["low"] > -1.5
        assert found["AdaRound", "fp32", *bits]["high"] >= 0


def test_with_whole_ranges_it_is_4_bits_of_activations_that_cost_most(photographs: Line) -> None:
    both, weights = (
        line["interval"]
        for activations in (4, 8)
        for line in photographs["differences"]
        if (line["method"], line["bits"]) == ("PTQ", {"weights": 4, "activations": activations})
    )
    assert both["high"] < weights["low"] < weights["high"] < 0
