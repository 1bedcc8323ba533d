"""The recorded table of targets is of the script beside it, complete, and holds what is said of it."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from compresslab.recorded import load_recorded

NOT_HERE = {"Core ML", "TensorRT"}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return load_recorded("shipping/targets")


def test_it_is_of_the_script_beside_it(recorded: dict[str, Any], repository: Path) -> None:
    script = repository / "reference" / "shipping" / "targets.py"
    assert recorded["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert recorded["machine"]["threads"] == 1 and set(recorded["versions"]) >= {"torch", "openvino", "executorch"}


def test_every_row_is_measured_or_says_why_not(recorded: dict[str, Any]) -> None:
    rows = {row["target"]: row for row in recorded["rows"]}
    assert {name for name, row in rows.items() if "not_run" in row} == NOT_HERE
    assert "Apple" in rows["Core ML"]["not_run"] and "GPU" in rows["TensorRT"]["not_run"]
    for name, row in rows.items():
        assert row["needs"]
        if name in NOT_HERE:
            assert "speed" not in row and "parity" not in row
            continue
        assert set(row["speed"]) == set(recorded["rounds"]) and [each["batch_size"] for each in row["parity"]] == [
            1,
            64,
        ]
        for batch in row["speed"].values():
            assert 0 < batch["latency_ms_p50"] <= batch["latency_ms_p95"]
            speedup = batch["speedup_over_eager"]
            assert speedup is None or speedup["interval"]["low"] <= speedup["value"] <= speedup["interval"]["high"]


def test_the_files_answer_as_the_network(recorded: dict[str, Any]) -> None:
    for row in recorded["rows"]:
        for found in row.get("parity", []):
            assert found["passed"] and found["found"]["n"] == recorded["compared_images"]
            if "int8" not in row["target"]:
                assert found["found"]["same_top1"] == recorded["compared_images"]
                assert found["relative_difference"] < 1e-5


def test_integers_are_smaller_and_weights_are_most_of_a_file(recorded: dict[str, Any]) -> None:
    sizes = {row["target"]: row["size_bytes"] for row in recorded["rows"] if row["size_bytes"]}
    weights = 4 * 1_093_000  # parameters of the width-20 network, in fp32, to a percent
    assert all(
        0.99 * weights < size < 1.5 * weights
        for name, size in sizes.items()
        if "int8" not in name and name != "Core ML"
    )
    assert sizes["ONNX Runtime int8"] < 0.3 * sizes["ONNX Runtime"]
    assert sizes["OpenVINO int8"] < 0.4 * sizes["OpenVINO"]
    assert 0.45 < sizes["Core ML"] / weights < 0.6  # float16
