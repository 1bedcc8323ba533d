"""What chapter 14 says of the recorded formats and tokens is what the files in `reference/` hold."""

import re
from typing import Any

import pytest
from chapter_prose import prose

from compresslab.recorded import load_recorded

Line = dict[str, Any]


@pytest.fixture(scope="module")
def told() -> str:
    return prose("14").split("## Recorded")[1].split("## When to use it")[0]


@pytest.fixture(scope="module")
def formats() -> Line:
    return load_recorded("measuring/formats")


@pytest.fixture(scope="module")
def loads() -> list[Line]:
    return load_recorded("measuring/language_tokens")["loads"]


def over_onnxruntime(formats: Line, name: str) -> list[float]:
    return [formats["batches"][batch]["formats"][name]["speedup_over_onnxruntime"]["value"] for batch in ("1", "64")]


def test_integers_pay_where_they_are_multiplied(formats, told) -> None:
    one, many = over_onnxruntime(formats, "int8")
    assert f"Static int8 is {one:.1f} times as fast as ONNX Runtime's fp32 for one image and {many:.1f} times" in told
    assert "Dynamic int8 is slower than fp32, at both" in told
    assert all(
        formats["batches"][batch]["formats"]["int8 dynamic"]["speedup_over_onnxruntime"]["interval"]["high"] < 1
        for batch in ("1", "64")
    )
    one, many = over_onnxruntime(formats, "int8 weights only")
    assert f"int8 weights alone gain nothing: {one:.2f} and {many:.2f} times" in told and max(one, many) < 1


def test_four_bits_are_slow_read_straight_and_eight_bits_through_a_cast(formats, told) -> None:
    one, many = over_onnxruntime(formats, "int4, straight")
    assert f"int4 read straight takes {one:.2f} and {many:.2f} times fp32's speed, with all 20 convolutions" in told
    straight, cast, eight = (formats["files"][n] for n in ("int4, straight", "int4, through a Cast", "int8"))
    assert straight["operators"]["Conv"] == 20
    assert cast["operators"]["QLinearConv"] == 20 and "through a Cast it runs as int8, at half the bytes" in told
    assert cast["bytes"] == pytest.approx(eight["bytes"] / 2, rel=0.05)
    for batch in ("1", "64"):
        found = formats["batches"][batch]["formats"]
        assert found["int4, through a Cast"]["latency_ms_p50"] == pytest.approx(
            found["int8"]["latency_ms_p50"], rel=0.05
        )


def test_what_compiling_adds_and_how_near_the_bounds_are(formats, told) -> None:
    one, many = (
        formats["batches"][batch]["formats"]["torch.compile fp32"]["speedup_over_eager"] for batch in ("1", "64")
    )
    assert f"adds nothing to one image and {many['value'] - 1:.0%} to 64" in told
    assert one["interval"]["low"] <= 1.0 <= one["interval"]["high"] + 0.01 and many["interval"]["low"] > 1
    over = [
        line["latency_ms_p50"] / line["bound_ms"]
        for line in (formats["batches"][batch]["formats"]["int8"] for batch in ("1", "64"))
    ]
    assert f"int8 takes {over[0]:.1f} times its bound for one image and {over[1]:.1f} times for 64" in told


def one(loads: list[Line], **wanted: Any) -> Line:
    (found,) = (each for each in loads if wanted.items() <= each.items())
    return found


def gain(load: Line, name: str = "int4") -> float:
    return float(load["formats"][name]["speedup_over_fp32"]["value"])


def test_four_bits_pay_for_one_token_and_less_for_many(loads, told) -> None:
    first, long, many = (
        one(loads, model="large", load="writing", past=past, batch=batch)
        for past, batch in ((0, 1), (2047, 1), (512, 16))
    )
    prompt = one(loads, model="large", load="reading", new=128)
    assert f"Writing the first token with large layers, int4 is {gain(first):.1f} times as fast as fp32" in told
    weights = load_recorded("measuring/language_tokens")["weight_bytes"]["large"]["int4"]
    cached = long["cache_bytes"] / (weights + long["cache_bytes"])
    assert (
        f"With 2,047 tokens before it the cache is {cached:.0%} of its bytes, and the gain is {gain(long):.1f}" in told
    )
    assert f"With 16 texts at a time it is {gain(many):.2f}" in told
    assert many["cache_bytes"] > weights, "together they are most of the bytes"
    assert f"Reading 128 tokens it is {gain(prompt):.2f} for another reason" in told


def test_the_small_model_gains_little(loads, told) -> None:
    small = [each for each in loads if each["model"] == "shipped"]
    (said,) = re.findall(r"gains at most ([\d.]+) times, and loses a little where it reads 256 tokens", told)
    assert round(max(gain(each) for each in small), 1) == float(said)
    assert 0.8 < gain(one(small, load="reading", new=256)) < 1
    assert "the control (the same file again) was up to 10% off for the small model" in told
    off = max(abs(each["formats"]["fp32 again"]["speedup_over_fp32"]["value"] - 1) for each in small)
    assert round(off, 2) == 0.10
    large = (each for each in loads if each["model"] == "large")
    assert max(abs(each["formats"]["fp32 again"]["speedup_over_fp32"]["value"] - 1) for each in large) < off
