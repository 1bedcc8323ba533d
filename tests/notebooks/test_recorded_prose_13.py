"""What chapter 13 says of the recorded allocations is what the file in `reference/` holds."""

import hashlib
import re
from typing import Any

import pytest
from chapter_prose import prose

from compresslab.recorded import FOLDER, load_recorded

Line = dict[str, Any]


@pytest.fixture(scope="module")
def recorded() -> Line:
    return load_recorded("choosing/allocation_digits32")


@pytest.fixture(scope="module")
def told() -> str:
    return prose("13").split("## Recorded")[1].split("## When to use it")[0]


def run(recorded: Line, technique: str, uniform: float, rule: str) -> Line:
    wanted = {"technique": technique, "uniform": uniform, "rule": rule}
    (line,) = (line for line in recorded["runs"] if wanted.items() <= line.items())
    return line


def gain(recorded: Line, technique: str, uniform: float, against: str, rule: str = "allocated") -> Line:
    wanted = {"technique": technique, "uniform": uniform, "rule": rule, "against": against}
    (line,) = (line for line in recorded["differences"] if wanted.items() <= line.items())
    return line


def test_the_record_is_of_the_script_beside_it(recorded) -> None:
    script = FOLDER / "choosing" / "allocation_digits32.py"
    assert recorded["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert recorded["seeds"] == [0, 1, 2] and recorded["model"] == "resnet18(width=8)"
    assert {len(scan["layers"]) for scan in recorded["scans"]} == {21}


def test_all_rules_have_files_of_one_size(recorded) -> None:
    for line in recorded["runs"]:
        uniform = run(recorded, line["technique"], line["uniform"], "uniform")["file_bytes"]
        trained_on = line["rule"].endswith("trained on")  # the same zeros, other values: gzip differs by some bytes
        for own, most in zip(line["file_bytes"], uniform, strict=True):
            assert own <= most + 500 * trained_on
            assert own > 0.9 * most


def test_allocation_beats_the_uniform_setting(recorded, told) -> None:
    for technique, uniform in (("pruning", 0.4), ("pruning", 0.5), ("pruning", 0.6), ("bits", 3), ("bits", 4)):
        assert gain(recorded, technique, uniform, "uniform")["interval"]["low"] > 0
    even, own = (run(recorded, "pruning", 0.6, rule)["accuracy"] for rule in ("uniform", "allocated"))
    points = gain(recorded, "pruning", 0.6, "uniform")["points"]
    said = f"uniform is right on {even:.0%} of the images and the allocation on {own:.0%}: it gains {points:.0f} points"
    assert said in told
    after = gain(recorded, "pruning", 0.6, "uniform, trained on", "allocated, trained on")
    assert f"After two more epochs of training, {after['points']:.1f} point of that is left" in told
    assert recorded["recipe"]["trained_on"]["epochs"] == 2
    assert after["interval"]["low"] > 0 and "its interval excludes zero" in told
    three, four = (gain(recorded, "bits", bits, "uniform")["points"] for bits in (3, 4))
    assert f"the gain is {three:.1f} points at the size of 3 bits and {four:.1f} at that of 4" in told


def test_global_magnitude_cannot_be_told_from_the_allocation(recorded, told) -> None:
    assert "can't be told from the allocation at any of the three sizes, and neither is more than 0.9 points" in told
    for uniform in (0.4, 0.5, 0.6):
        interval = gain(recorded, "pruning", uniform, "global")["interval"]
        assert -0.9 < interval["low"] < 0 < interval["high"] < 0.9


def test_what_shuffled_sensitivities_keep(recorded, told) -> None:
    adds = [gain(recorded, "pruning", uniform, "shuffled")["points"] for uniform in (0.4, 0.5, 0.6)]
    (said,) = re.findall(r"To know the layers adds ([\d.]+), ([\d.]+) and ([\d.]+) points", told)
    assert [float(number) for number in said] == pytest.approx(adds, abs=0.051)
    for uniform, add in zip((0.4, 0.5, 0.6), adds, strict=True):
        assert add < 0.5 * gain(recorded, "pruning", uniform, "uniform")["points"], "most of the gain is kept"
    assert "shuffled is below uniform there" in told
    assert run(recorded, "bits", 3, "shuffled")["accuracy"] < run(recorded, "bits", 3, "uniform")["accuracy"]


def test_the_added_loss_is_the_worse_guide(recorded, told) -> None:
    lines = [line for line in recorded["differences"] if line["against"] == "added loss"]
    assert all(line["interval"]["low"] > 0 for line in lines)
    costs = [line["points"] for line in lines]
    (low, high) = re.findall(r"in place of the divergence costs ([\d.]+) to ([\d.]+) points", told)[0]
    assert (float(low), float(high)) == pytest.approx((min(costs), max(costs)), abs=0.051)
