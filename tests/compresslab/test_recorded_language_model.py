"""What reference/quantization/language_model.json says hangs together, and with the code."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from compresslab.models import load_language_baseline
from compresslab.quantization.groups import bits_per_weight, packed_bytes, quantize_groups
from compresslab.recorded import load_recorded


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return load_recorded("quantization/language_model")


def find(recorded: dict[str, Any], bits: int, group_size: int, method: str) -> dict[str, Any]:
    (line,) = [
        line
        for line in recorded["weight_only"]
        if (line["bits"], line["group_size"], line["method"]) == (bits, group_size, method)
    ]
    return line


def test_it_is_of_the_shipped_weights_and_of_the_script_beside_it(recorded: dict, repository: Path) -> None:
    card = load_language_baseline().card
    assert recorded["weights_sha256"] == card["sha256"]
    assert recorded["fp32"]["perplexity"] == pytest.approx(card["test_perplexity"], rel=1e-5)
    script = repository / "reference/quantization/language_model.py"
    assert recorded["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()


def test_bytes_are_those_of_the_model_quantized_again(recorded: dict) -> None:
    model = load_language_baseline().model
    linear = [layer for name, layer in model.named_modules() if type(layer) is nn.Linear and name != "head"]
    assert recorded["quantized_weights"] == sum(layer.weight.numel() for layer in linear)
    for line in recorded["weight_only"]:
        bits, size = line["bits"], line["group_size"]
        assert line["bits_per_weight"] == bits_per_weight(bits, size)
        assert line["packed_bytes"] == packed_bytes(quantize_groups(model, bits=bits, group_size=size, skip={"head"}))


def test_increases_are_those_of_the_perplexities(recorded: dict) -> None:
    for line in (*recorded["weight_only"], *recorded["weights_and_activations"], *recorded["cache"]["variants"]):
        increase = line["increase_percent"]
        assert increase["value"] == pytest.approx(100 * (line["perplexity"] / recorded["fp32"]["perplexity"] - 1))
        assert increase["interval"]["low"] <= increase["value"] <= increase["interval"]["high"]


def test_fewer_bits_cost_more_and_8_bits_nothing_that_shows(recorded: dict) -> None:
    lost = [find(recorded, bits, 32, "round to nearest")["increase_percent"]["interval"] for bits in (4, 3, 2)]
    assert lost[0]["low"] > 0 and lost[0]["high"] < lost[1]["low"] and lost[1]["high"] < lost[2]["low"]
    eight = find(recorded, 8, 128, "round to nearest")["increase_percent"]["interval"]
    assert eight["low"] < 0 < eight["high"] < 0.05


@pytest.mark.parametrize(("bits", "group_size"), [(3, 32), (3, 128), (2, 32)])
def test_below_4_bits_both_methods_recover_a_part_that_their_intervals_show(
    recorded: dict, bits: int, group_size: int
) -> None:
    for method in ("GPTQ", "AWQ"):
        assert find(recorded, bits, group_size, method)["recovered"]["interval"]["low"] > 0.2


def test_at_4_bits_rounding_loses_so_little_that_51_documents_hardly_tell_the_methods_apart(recorded: dict) -> None:
    for size in (32, 64, 128):
        assert find(recorded, 4, size, "round to nearest")["increase_percent"]["value"] < 0.6
        for method in ("GPTQ", "AWQ"):
            interval = find(recorded, 4, size, method)["recovered"]["interval"]
            assert interval["high"] - interval["low"] > 0.8


def test_smoothing_saves_what_planted_outliers_cost(recorded: dict) -> None:
    plain, smooth = (
        next(
            line["increase_percent"]["interval"]
            for line in recorded["weights_and_activations"]
            if (line["model"], line["alpha"], line["activation_scale"]) == ("with planted outliers", alpha, "tensor")
        )
        for alpha in (None, 0.5)
    )
    assert plain["low"] > 15 and smooth["high"] < 0.5


def test_the_engine_gives_the_perplexity_of_the_model_it_was_made_from(recorded: dict) -> None:
    floating, integers = recorded["engine"]["variants"]
    assert floating["perplexity"] == pytest.approx(find(recorded, 4, 32, "GPTQ")["perplexity"], rel=1e-5)
    assert integers["perplexity"] == pytest.approx(floating["perplexity"], rel=1e-3)


def test_four_bits_pay_in_time_where_weights_come_from_memory(repository: Path) -> None:
    speed = load_recorded("quantization/language_model_speed")
    script = repository / "reference/quantization/language_model_speed.py"
    assert speed["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    large = speed["loads"]["large, 1 token"]["variants"]
    ratios = {name: line["speedup_over_fp32"] for name, line in large.items() if name != "fp32"}
    control = ratios.pop("fp32 again")["interval"]
    least = max(control["high"], 1 / control["low"])
    for name in ("int4 weights, fp32 activations", "int4 weights, int8 activations", "int8 weights, int8 activations"):
        assert ratios[name]["interval"]["low"] > 1.5 * least
    assert ratios["int4 weights, int8 activations"]["value"] > ratios["int8 weights, int8 activations"]["value"]
    # 8-bit weights without integer activations have no kernel of their own there: a trap.
    assert ratios["int8 weights, fp32 activations"]["interval"]["high"] < 0.2
    at_once = speed["loads"]["shipped, 128 tokens"]["variants"]["int4 weights, int8 activations"]["speedup_over_fp32"]
    assert at_once["interval"]["high"] < 1  # many tokens share the reading of the weights


def test_at_4_bits_the_divergence_tells_the_methods_apart_and_neither_recovers_half(repository: Path) -> None:
    found = load_recorded("quantization/language_model_divergence")
    script = repository / "reference/quantization/language_model_divergence.py"
    assert found["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert found["weights_sha256"] == load_language_baseline().card["sha256"]
    shares = {
        line["method"]: line["recovered"]["interval"]
        for line in found["variants"]
        if line["group_size"] == 32 and "recovered" in line
    }
    assert shares["AWQ"]["low"] > 0 and shares["AWQ"]["high"] < shares["GPTQ"]["low"]
    assert shares["GPTQ"]["high"] < 0.5
