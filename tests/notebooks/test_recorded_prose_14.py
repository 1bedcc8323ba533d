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
    low, high = (many["interval"][end] - 1 for end in ("low", "high"))
    assert f"the median of the rounds' ratios, [{low:.0%}, {high:.0%}]" in told
    eager, compiled = (
        formats["batches"]["64"]["formats"][name]["latency_ms_p50"] for name in ("PyTorch fp32", "torch.compile fp32")
    )
    assert f"The medians of the times are {eager / compiled - 1:.0%} apart" in told
    over = [
        line["latency_ms_p50"] / line["bound_ms"]
        for line in (formats["batches"][batch]["formats"]["int8"] for batch in ("1", "64"))
    ]
    assert f"int8 takes {over[0]:.1f} times its bound for one image and {over[1]:.1f} times for 64" in told
    fp32 = formats["batches"]["1"]["formats"]["ONNX Runtime fp32"]
    beside = fp32["latency_ms_p50"] / fp32["bound_ms"]
    assert f"it takes {over[0]:.1f} times its bound for one image, and fp32 {beside:.1f} times" in prose("14")


def test_what_a_second_thread_adds(told) -> None:
    one, two = (load_recorded("measuring/roofline")["threads"][threads] for threads in ("1", "2"))
    assert "A second thread nearly doubles fp32, bf16 and the bandwidth of memory" in told
    more = {name: two["peaks"][name]["median"] / one["peaks"][name]["median"] for name in one["peaks"]}
    bandwidth = two["bytes_per_second"]["median"] / one["bytes_per_second"]["median"]
    assert all(1.75 < times < 2 for times in (more["fp32"], more["bf16"], bandwidth))
    assert "Int8 has nothing of it, in the median, though its highest repeat reached 655 billion" in told
    assert more["int8"] < 1.01 and round(two["peaks"]["int8"]["highest"] / 1e9) == 655
    assert "the kernel is ONNX Runtime's product, as in most repeats of fp32" in told
    assert set(two["kernels"]["int8"]) == {"ONNX Runtime product, int8"}
    fp32 = two["kernels"]["fp32"]
    assert fp32.count("ONNX Runtime product, fp32") > len(fp32) / 2
    product = {
        engine: one["by_kernel"][f"{engine} product, fp32"]["median"] / 1e9 for engine in ("ONNX Runtime", "PyTorch")
    }
    assert (
        f"ONNX Runtime's product reaches {product['ONNX Runtime']:.0f} billion MACs a second and PyTorch's "
        f"{product['PyTorch']:.0f}" in prose("14")
    )


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
    again = one(loads, model="large", load="reading", new=1)
    assert f"int4 takes as long there, and fp32 15% longer, so it is {gain(again):.1f} times" in told
    faster = {
        name: first["formats"][name]["tokens_per_second"] / again["formats"][name]["tokens_per_second"]
        for name in ("fp32", "int4")
    }
    assert faster["int4"] == pytest.approx(1, abs=0.01) and round(faster["fp32"], 2) == 1.15
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
    (most, slower) = re.findall(r"at most ([\d.]+) times, and is (\d+)% slower where it reads 256 tokens", told)[0]
    assert round(max(gain(each) for each in small), 1) == float(most)
    assert round(100 * (1 - gain(one(small, load="reading", new=256)))) == int(slower)
    assert "the control (the same file again) was up to 10% off for the small model" in told
    off = max(abs(each["formats"]["fp32 again"]["speedup_over_fp32"]["value"] - 1) for each in small)
    assert round(off, 2) == 0.10
    large = (each for each in loads if each["model"] == "large")
    assert max(abs(each["formats"]["fp32 again"]["speedup_over_fp32"]["value"] - 1) for each in large) < off
