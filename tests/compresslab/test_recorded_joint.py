"""What reference/pipeline/joint.json and coding.json say hangs together, and with the scripts that made them."""

import hashlib
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from compresslab.recorded import load_recorded

REFERENCE = Path(__file__).parents[2] / "reference/pipeline"


@pytest.fixture(scope="module")
def joint() -> dict[str, Any]:
    return load_recorded("pipeline/joint")


@pytest.fixture(scope="module")
def coding() -> dict[str, Any]:
    return load_recorded("pipeline/coding")


@pytest.mark.parametrize("name", ["joint", "coding"])
def test_a_record_is_of_the_script_beside_it(name: str) -> None:
    script = (REFERENCE / f"{name}.py").read_bytes()
    assert load_recorded(f"pipeline/{name}")["script_sha256"] == hashlib.sha256(script).hexdigest()


def test_differences_of_joint_training_are_those_of_the_accuracies(joint: dict[str, Any]) -> None:
    jointly, in_stages = ({run["method"]: run for run in joint[part]} for part in ("runs", "in_stages"))
    assert set(in_stages) == {"Q+P", "Q+D", "P+D", "Q+P+D"} <= set(jointly)
    for found in joint["differences"]:
        one, other = jointly[found["method"]], in_stages[found["method"]]
        by_seed = [100 * (a - b) for a, b in zip(one["by_seed"], other["by_seed"], strict=True)]
        assert found["by_seed"] == pytest.approx(by_seed, abs=2e-3) and len(by_seed) == 3
        assert found["points"] == pytest.approx(mean(by_seed), abs=2e-3)
        assert found["interval"]["low"] < found["points"] < found["interval"]["high"]
    for found in joint["ablations"]:
        gap = 100 * (jointly[found["method"]]["accuracy"] - jointly["Q+P+D"]["accuracy"])
        assert found["points"] == pytest.approx(gap, abs=2e-3)


def test_what_ships_is_as_sparse_as_asked_and_answers_alike_in_onnx_runtime(joint: dict[str, Any]) -> None:
    for run in joint["runs"]:
        for shipped, accuracy in zip(run["shipped"], run["by_seed"], strict=True):
            assert shipped["zero_share"] == pytest.approx(joint["sparsity"] if "P" in run["method"] else 0, abs=1e-3)
            assert shipped["onnx_accuracy"] == pytest.approx(accuracy, abs=0.01)
            assert shipped["onnx_gzip_bytes"] < shipped["onnx_bytes"]


def test_the_coded_file_lies_between_the_entropy_and_the_plain_weights(coding: dict[str, Any]) -> None:
    for run in coding["runs"]:
        assert run["coded"] < 0.5 * coding["fp32_bytes"]
        if run["bits"] <= 5:
            assert run["coded"] > 0.95 * run["entropy_of_values"] + run["rest"]
    sizes = {(run["method"], run["bits"]): run["coded"] for run in coding["runs"]}
    for method in {method for method, _ in sizes}:
        ordered = [sizes[method, bits] for bits in (2, 3, 4, 8)]
        assert ordered == sorted(ordered)
