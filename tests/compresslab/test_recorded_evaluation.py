"""What was recorded of harm and of attacks: by the scripts that stand there, and with what the course says of it."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from compresslab.evaluation import wilson
from compresslab.recorded import load_recorded


@pytest.mark.parametrize("name", ["harm_digits32", "attack_photographs"])
def test_a_record_is_that_of_the_script_beside_it(repository: Path, name: str) -> None:
    script = repository / "reference" / "evaluation" / f"{name}.py"
    assert load_recorded(f"evaluation/{name}")["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()


@pytest.fixture
def harm() -> dict[str, dict[str, Any]]:
    return {variant["variant"]: variant for variant in load_recorded("evaluation/harm_digits32")["variants"]}


def test_no_group_was_found_hurt_more_where_accuracy_changed_by_less_than_a_point(harm) -> None:
    equal = [variant for variant in harm.values() if abs(variant["points"]) <= 1]
    assert len(equal) == 11
    assert all(variant["hurt_more"] == [] for variant in equal)
    seen = {
        kind: max(group["would_be_seen"] for variant in equal for group in variant["groups"][kind])
        for kind in ("class", "contrast", "clutter", "scale", "tilt")
    }
    assert seen["class"] < 6
    assert max(seen["contrast"], seen["clutter"], seen["scale"], seen["tilt"]) < 3


def test_two_variants_of_nearly_one_accuracy_hurt_different_groups(harm) -> None:
    rounded, pruned = harm["QAT W4A4"], harm["pruned 50%"]
    assert abs(rounded["points"] - pruned["points"]) < 0.5
    assert rounded["hurt_more"] == ["contrast: 0.0993 to 0.248"]
    assert pruned["hurt_more"] == ["class: 1"]
    for variant, kind, number in ((rounded, "contrast", 0), (pruned, "class", 1)):
        group = variant["groups"][kind][number]
        assert group["excess_interval"]["high"] < -1
        assert group["excess_interval"]["low"] <= group["excess"] <= group["excess_interval"]["high"]


def test_groups_add_up_to_all_images(harm) -> None:
    for variant in harm.values():
        for groups in variant["groups"].values():
            total = sum(group["n"] for group in groups)
            assert total == 3 * 2000
            mean = sum(group["n"] * group["points"] for group in groups) / total
            assert mean == pytest.approx(variant["points"], abs=0.002)


def test_attacks_on_the_twin_work_on_the_file_and_hide_no_gradient() -> None:
    found = load_recorded("evaluation/attack_photographs")
    assert (found["integer_convolutions"], found["floating_convolutions"]) == (20, 0)
    for attack in found["attacks"]:
        assert not attack["masked"]
        right = attack["right"]
        assert right["pgd"]["file"] < right["fgsm"]["file"] < right["noise"]["file"]
        assert right["large"]["file"] == 0
        assert attack["twin_to_file_transfer"] > 0.95
        for counts in right.values():
            interval = wilson(counts["file"], found["images"])
            assert counts["file_interval"] == pytest.approx([interval.low, interval.high], abs=1e-4)
