"""What chapter 18 says of recorded results is what the files in `reference/` hold."""

from typing import Any

from chapter_prose import prose

from compresslab.models import staged_resnet
from compresslab.recorded import load_recorded

PROSE = prose("18")
RESULTS = load_recorded("capstone/results")
ROWS: dict[str, dict[str, Any]] = {row["name"]: row for row in RESULTS["variants"]}
CLOCK = RESULTS["speed"]["loads"]["1"]["calls"]


def lost(name: str) -> str:
    found = ROWS[name]["points_against_baseline"]
    points, low, high = (0.0 - round(x, 1) for x in (found["points"], *_ends(found["interval"])))
    return f"{points:.1f} points [{low:.1f}, {high:.1f}]".replace("-0.0", "0.0")


def _ends(interval: dict[str, float]) -> tuple[float, float]:
    return interval["high"], interval["low"]


def smaller(name: str) -> float:
    return ROWS["baseline"]["bytes"] / ROWS[name]["bytes"]


def times(name: str, reference: str = "times_eager") -> float:
    return CLOCK[name][reference]["value"]


def test_the_photographs_are_the_recorded_ones() -> None:
    assert "on CIFAR-10 (JPEG copy)" in PROSE and "10,000 test images, one seed, one thread" in PROSE
    assert RESULTS["data"]["name"] == "CIFAR-10 (JPEG copy)" and RESULTS["data"]["images"]["test"] == 10_000
    assert RESULTS["seeds"] == 1 and RESULTS["machine"]["threads"] == 1
    assert "The student has widths of 24, 48, 96 and 136" in PROSE
    student = staged_resnet(widths=(24, 48, 96, 136), blocks=2)
    assert ROWS["D"]["parameters"] == sum(weight.numel() for weight in student.parameters())
    shapes = load_recorded("capstone/shapes")
    assert "40 times smaller and 20 times as fast as PyTorch runs the baseline" in PROSE
    assert (shapes["goal"]["smaller"], shapes["goal"]["times_eager"]) == (40, 20)


def test_what_rounding_loses_with_and_without_training() -> None:
    assert f"without any training loses {lost('Q, untrained')}, and with two epochs of it {lost('Q')}" in PROSE
    low, high = ROWS["Q"]["points_against_baseline"]["interval"]["low"], 0
    assert low < high and ROWS["Q, untrained"]["accuracy"] > ROWS["Q"]["accuracy"]
    assert "Those epochs saw a sixth of the images" in PROSE
    assert 5 < RESULTS["data"]["images"]["train"] / RESULTS["data"]["tuned_on_images"] < 6.5
    assert RESULTS["recipes"]["aware"]["epochs"] == 2
    name = "Q, untrained"
    assert "Of what loses at most half a point of validation accuracy it is the smallest" in PROSE
    assert (RESULTS["best_within_goal"], RESULTS["goal_points"]) == (name, 0.5)
    assert f"{smaller(name):.1f} times smaller, {times(name):.1f} times as fast as PyTorch runs the baseline" in PROSE


def test_what_the_quantized_student_is_worth() -> None:
    name, runtime = "Q+D, untrained", "times_runtime"
    assert (
        f"{smaller(name):.1f} times smaller and {times(name):.1f} times as fast, {times(name, runtime):.1f} times "
        f"against ONNX Runtime's own fp32, for {lost(name)}" in PROSE
    )
    assert "By the rule of two points this file is to be shipped" in PROSE
    assert (RESULTS["best"], RESULTS["tolerance_points"]) == (name, 2.0)
    more = ROWS["Q+D"]["bytes"] - ROWS[name]["bytes"]
    assert f"with training it has {more} bytes more, and no difference that shows" in PROSE
    each, other = (ROWS[each]["points_against_baseline"]["interval"] for each in (name, "Q+D"))
    assert each["low"] < other["high"] and other["low"] < each["high"]
    assert "The reference had asked for half a point at that size: missed" in PROSE
    assert ROWS[name]["points_against_baseline"]["points"] < -RESULTS["goal_points"] == -0.5


def test_what_the_student_and_the_cut_lose() -> None:
    assert f"D alone loses {lost('D')}" in PROSE
    assert f"half of the channels and 12 epochs on a sixth of them, loses {lost('S')} and is larger" in PROSE
    assert RESULTS["recipes"]["cut"]["epochs"] == 12 and RESULTS["channels_removed"] == 0.5
    assert RESULTS["recipes"]["distil"]["epochs"] == 24
    assert ROWS["S"]["bytes"] > ROWS["D"]["bytes"]


def test_what_pruning_and_all_three_are_worth() -> None:
    assert f"in three rounds of an epoch loses {lost('P')}, and not a byte of the file" in PROSE
    assert ROWS["P"]["bytes"] == ROWS["baseline"]["bytes"] and RESULTS["rounds_of_pruning"] == 3
    coded = {name: ROWS[name]["coded_bytes"] for name in ROWS}
    assert f"Coded, Q+P takes {coded['Q+P'] / 1e6:.1f} MB where Q takes {coded['Q'] / 1e6:.1f}" in PROSE
    assert f"lose {lost('Q+P+D')} in a row and {lost('Q+P+D, joint')} jointly, in as many epochs" in PROSE
    row = ROWS["Q+P+D"]["stages"][1:]
    assert sum(stage["epochs"] for stage in row) == ROWS["Q+P+D, joint"]["stages"][-1]["epochs"]
    three, jointly, two = (f"{coded[name] / 1e3:.0f}" for name in ("Q+P+D", "Q+P+D, joint", "Q+D"))
    assert f"Coded they take {three} and {jointly} kB, and Q+D {two}" in PROSE
