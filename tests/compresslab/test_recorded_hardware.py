"""What was recorded of rooflines, formats and a language model's tokens hangs together."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from compresslab.recorded import FOLDER, load_recorded


@pytest.mark.parametrize("name", ["roofline", "formats", "language_tokens"])
def test_each_record_is_of_the_script_beside_it(name: str) -> None:
    script = Path(FOLDER, "measuring", f"{name}.py")
    assert load_recorded(f"measuring/{name}")["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()


def test_the_roofs_are_in_order_and_repeat() -> None:
    found = load_recorded("measuring/roofline")["threads"]["1"]
    peaks = found["peaks"]
    for spread in (*peaks.values(), found["bytes_per_second"]):
        assert spread["lowest"] <= spread["median"] <= spread["highest"] < 1.3 * spread["lowest"]
    assert peaks["fp32"]["highest"] < peaks["bf16"]["lowest"] and peaks["bf16"]["highest"] < peaks["int8"]["lowest"]
    assert found["cached_bytes_per_second"]["median"] > 2 * found["bytes_per_second"]["median"]
    for format, names in found["kernels"].items():
        assert all(name.endswith(format) for name in names)


@pytest.mark.parametrize("batch", ["1", "64"])
def test_no_format_is_faster_than_its_bound_and_the_control_is_one(batch: str) -> None:
    found = load_recorded("measuring/formats")["batches"][batch]
    assert found["doubt"] == ""
    for line in found["formats"].values():
        assert line["latency_ms_p50"] > line["bound_ms"]
    control = found["formats"]["PyTorch fp32 again"]["speedup_over_eager"]["interval"]
    assert control["low"] <= 1 <= control["high"]


def test_the_operators_tell_why_four_bits_are_slow_or_fast() -> None:
    recorded = load_recorded("measuring/formats")
    straight, cast = (recorded["files"][f"int4, {how}"] for how in ("straight", "through a Cast"))
    assert straight["operators"].get("QLinearConv", 0) == 0 and straight["operators"]["Conv"] == 20
    assert cast["operators"]["QLinearConv"] == 20 and "Conv" not in cast["operators"]
    assert straight["agreement"] == cast["agreement"], "the same numbers, run in two ways"
    assert abs(straight["bytes"] - cast["bytes"]) < 5000
    for batch in recorded["batches"].values():
        slow, fast = (
            batch["formats"][f"int4, {how}"]["speedup_over_onnxruntime"] for how in ("straight", "through a Cast")
        )
        assert slow["interval"]["high"] < 1 < fast["interval"]["low"]


def load(loads: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    (one,) = (each for each in loads if wanted.items() <= each.items())
    return one


def test_fewer_bytes_pay_where_bytes_are_the_limit() -> None:
    loads = load_recorded("measuring/language_tokens")["loads"]
    gains = {
        name: one["formats"]["int4"]["speedup_over_fp32"]
        for name, one in {
            "writing": load(loads, model="large", load="writing", past=0),
            "long": load(loads, model="large", load="writing", past=2047),
            "many": load(loads, model="large", load="writing", past=512, batch=16),
            "reading": load(loads, model="large", load="reading", new=128),
        }.items()
    }
    for name in ("long", "many", "reading"):
        assert gains["writing"]["interval"]["low"] > gains[name]["interval"]["high"]
    for one in loads:
        per_call = {name: line["tokens_per_second"] * line["latency_ms_p50"] for name, line in one["formats"].items()}
        assert all(1e-3 * count == pytest.approx(one["batch"] * one["new"]) for count in per_call.values())
