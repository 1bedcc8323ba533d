"""What chapters say of recorded runs is what the files in `reference/` hold."""

from itertools import pairwise
from statistics import fmean
from typing import Any

import pytest
from chapter_prose import prose

from compresslab.evaluation import Interval
from compresslab.plots import Speed
from compresslab.plots.sparsity import crossing
from compresslab.recorded import load_recorded


def test_what_a_teacher_adds_in_chapter_01() -> None:
    gain = load_recorded("distillation/student_alone")["distilled_less_alone"]
    low, high = (f"{gain['interval'][end]:.2f}".replace("-", "\N{MINUS SIGN}") for end in ("low", "high"))
    assert f"the teacher added {gain['points']:.2f} points, with an interval from {low} to {high}" in prose("01")
    assert len(gain["by_seed"]) == 10 and "Ten pairs" in prose("01")
    assert gain["interval"]["high"] <= 0.6, "an effect above 0.6 points would have shown"


@pytest.fixture(scope="module")
def sparse() -> dict[tuple[int, int], dict[str, Any]]:
    return {
        (cell["size"], cell["batch"]): cell["variants"] for cell in load_recorded("pruning/sparse_latency")["cells"]
    }


def crossing_of(found: dict[str, Any], kind: str = "csr") -> float:
    sparsities = load_recorded("pruning/sparse_latency")["sparsities"]
    lines = [(s, found[f"{kind} {s}"]) for s in sparsities]
    at = crossing([Speed(s, each["speedup"], Interval(**each["interval"])) for s, each in lines])
    assert at is not None
    return at


def test_where_sparse_layers_become_faster_in_chapter_02(sparse) -> None:
    at = {size: f"{crossing_of(sparse[size, 1]):.0%}" for size in (256, 512, 1024, 2048)}
    told = f"{at[256]} and {at[512]} at sizes 256 and 512, against {at[1024]} and {at[2048]} at 1024 and 2048"
    assert told in prose("02")
    for size in at:  # falls and then rises with the batch
        one, eight, *rest = (crossing_of(sparse[size, batch]) for batch in (1, 8, 64, 256))
        assert one > eight and all(a < b for a, b in pairwise([eight, *rest]))


def test_two_prices_explain_where_the_lines_cross(sparse) -> None:
    assert "In the smallest layer" in prose("02")  # where a call's fixed price disturbs it
    for (size, batch), found in sparse.items():
        if size == 256:
            continue
        prices = found["dense"]["cpu_us_p50"], found["csr 0.9"]["cpu_us_p50"] / 0.1
        assert 1 - prices[0] / prices[1] == pytest.approx(crossing_of(found), abs=0.1), (size, batch)


def test_jumps_cost_little_and_libraries_differ(sparse) -> None:
    scattered = [found["csr 0.9"]["cpu_us_p50"] / found["csr in runs 0.9"]["cpu_us_p50"] for found in sparse.values()]
    assert min(scattered) > 0.84 and max(scattered) < 1.12
    libraries = [found["csr 0.9"]["speedup"] / found["csr of scipy 0.9"]["speedup"] for found in sparse.values()]
    assert max(libraries) > 2 > 1 > min(libraries)
    assert min(found["dense, inputs as columns"]["speedup"] for found in sparse.values()) < 0.5


def test_rounding_channels_is_free_in_one_runtime_only_as_chapter_03_says() -> None:
    variants = load_recorded("pruning/structured_latency")["variants"]

    def speed(name: str, runtime: str) -> tuple[float, float]:
        found = variants[name][runtime]["speedup"]
        return found["low"], found["high"]

    plain, rounded = "70% removed, multiples of 1", "70% removed, multiples of 16"
    assert variants[plain]["fewer_macs"] / variants[rounded]["fewer_macs"] == pytest.approx(2, abs=0.1)
    assert speed(rounded, "eager")[1] < speed(plain, "eager")[0]
    low, high = speed(rounded, "ONNX Runtime")
    assert low < speed(plain, "ONNX Runtime")[1] and high > speed(plain, "ONNX Runtime")[0]
    assert (
        speed("10% removed, multiples of 1", "ONNX Runtime")[1]
        < 1
        < speed("10% removed, multiples of 8", "ONNX Runtime")[0]
    )


def test_controls_and_copies_agree_and_channels_fall_below_the_line_as_chapter_03_says() -> None:
    variants = load_recorded("pruning/structured_latency")["variants"]
    for runtime in ("eager", "ONNX Runtime"):
        for name in ("control", "half masked"):
            assert variants[name][runtime]["speedup"]["value"] == pytest.approx(1, abs=0.02)
        copies = [variants[f"50% removed, multiples of {m}"][runtime]["speedup"] for m in (1, 8, 16)]
        assert max(copy["high"] for copy in copies) / min(copy["low"] for copy in copies) < 1.07
        reached = [
            variants[f"{share} removed, multiples of 1"][runtime]["speedup"]["high"]
            / variants[f"{share} removed, multiples of 1"]["fewer_macs"]
            for share in ("30%", "50%", "70%", "85%")
        ]
        assert max(reached[:2]) < 0.85 and max(reached[2:]) < 0.5


def recorded_differences(name: str) -> dict[tuple[str, str, float], dict[str, Any]]:
    return {(d["method"], d["against"], d["sparsity"]): d for d in load_recorded(name)["differences"]}


def test_ways_of_pruning_a_resnet_as_chapter_04_says() -> None:
    found = recorded_differences("pruning/iterative_digits32")
    rounds = [found["iterative", "one-shot", share]["interval"]["low"] for share in (0.95, 0.98)]
    assert rounds[0] > 0 and rounds[1] > 4 * rounds[0]
    rewinding = [found["rewound", "one-shot", share] for share in (0.95, 0.98)]
    assert rewinding[0]["points"] < 3 and rewinding[1]["interval"]["low"] < 0 < rewinding[1]["interval"]["high"]
    seeds_apart = [
        max(d["by_seed"]) - min(d["by_seed"]) > d["interval"]["high"] - d["interval"]["low"] for d in found.values()
    ]
    assert sum(seeds_apart) > 0.8 * len(seeds_apart)


def test_the_weak_baseline_of_chapter_04() -> None:
    found = recorded_differences("pruning/iterative_digits32")
    for method in ("one-shot", "iterative"):
        assert found[method, "dense before", 0.95]["interval"]["low"] > 0
        assert found[method, "dense trained on", 0.95]["interval"]["high"] < -4


def test_movement_on_a_strong_baseline_as_chapter_05_says() -> None:
    recorded, said = load_recorded("pruning/movement_digits"), prose("05")
    dense = [run["accuracy"] for run in recorded["dense"] if run["optimizer"] == "SGD"]
    assert f"right on {fmean(dense):.0%} of the images" in said and min(dense) > 0.85 and len(dense) == 5
    by_sgd = [found for found in recorded["differences"] if found["optimizer"] == "SGD"]
    assert "4 to 6 points behind" in said
    assert sorted({round(-found["points"]) for found in by_sgd}) == [4, 6]
    assert all(found["interval"]["high"] < 0 for found in by_sgd)
    (adam,) = (found for found in recorded["differences"] if found["optimizer"] == "AdamW")
    assert f"it is {-adam['points']:.0f} points behind" in said and adam["interval"]["high"] < 0
    recipe = recorded["recipe"]["finetune"]["SGD"]
    steps = recipe["epochs"] * (recorded["data"]["images"]["train"] // recipe["batch_size"])
    assert f"a run here has {steps} steps" in said


def test_scale_is_not_the_lead_before_batch_norm_as_chapter_04_says() -> None:
    recorded = load_recorded("pruning/iterative_digits32")
    at_95 = {(run["method"], run["seed"]): run["accuracy"] for run in recorded["runs"] if run["sparsity"] == 0.95}
    seeds = [seed for method, seed in at_95 if method == "random, rescaled"]
    assert len(seeds) >= 2
    for seed in seeds:
        assert at_95["rewound", seed] > at_95["random", seed] + 0.05
        assert at_95["random, rescaled", seed] < at_95["random", seed] - 0.2
        assert at_95["rewound, shuffled", seed] < at_95["rewound", seed] - 0.2


def test_what_fewer_bits_cost_on_photographs_in_chapter_10() -> None:
    recorded = load_recorded("quantization/weights_photographs")
    lost = {(run["scale"], run["range"], run["bits"]): run["less_than_fp32"] for run in recorded["runs"]}
    assert "at 4 bits a scale for each channel costs a point or two" in prose("10")
    assert -2.5 < lost["channel", "largest", 4]["points"] < -1
    assert "at 3 bits the *network* loses more with it than with the largest magnitude" in prose("10")
    largest, least = (lost["channel", way, 3]["interval"] for way in ("largest", "least squared error"))
    assert least["high"] < largest["low"]
    assert "The order of the lines is as on the digits" in prose("10")
    assert lost["tensor", "largest", 3]["points"] < lost["channel", "largest", 3]["points"]
