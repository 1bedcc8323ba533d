"""What chapter 10 says of recorded results in words is what the files say."""

from typing import Any

from chapter_prose import prose

from compresslab.recorded import load_recorded

PROSE = prose("10")
CONTROL = "PTQ, least error, after training on"


def test_the_model_and_how_it_was_measured() -> None:
    record = model()
    assert "3 million weights" in PROSE
    assert round(record["fp32"]["packed_bytes"] / 4 / 1e6) == 3
    assert "all 51 test documents" in PROSE
    assert record["documents"] == 51
    assert "8,192 tokens of the training text" in PROSE
    assert record["calibration_tokens"] == 8192


def test_at_4_bits_methods_are_alike_in_perplexity() -> None:
    assert "At **4 bits** nothing costs even one percent, and perplexity can't tell the methods apart" in PROSE
    four = [entry for entry in model()["weight_only"] if entry["bits"] == 4]
    assert max(entry["increase_percent"]["interval"]["high"] for entry in four) < 1
    by_32 = [entry["recovered"]["interval"] for entry in four if entry["group_size"] == 32 and "recovered" in entry]
    assert all(interval["low"] < 0 < interval["high"] for interval in by_32) and len(by_32) == 2


def test_the_divergence_tells_them_apart() -> None:
    assert "GPTQ recovers 36% of what rounding to nearest loses, AWQ 9%" in PROSE
    found = load_recorded("quantization/language_model_divergence")["variants"]
    shares = {entry["method"]: entry["recovered"]["value"] for entry in found if "recovered" in entry}
    assert (round(100 * shares["GPTQ"]), round(100 * shares["AWQ"])) == (36, 9)


def test_at_3_and_2_bits_a_third_to_a_half_is_won_back() -> None:
    assert "In **3 and 2 bits** by 32, both win back a third to a half." in PROSE
    few = [e for e in model()["weight_only"] if e["bits"] < 4 and e["group_size"] == 32 and "recovered" in e]
    assert {entry["method"] for entry in few} == {"GPTQ", "AWQ"} and len(few) == 4
    assert all(0.33 < entry["recovered"]["value"] < 0.51 for entry in few)


def test_outliers_cost_20_percent_and_smoothing_takes_them_back() -> None:
    assert "(8 channels of each norm, 50 times larger), W8A8 costs 20% of perplexity, and 0.3% after" in PROSE
    assert model()["outliers"] == {"channels": 8, "factor": 50.0}
    planted = {
        entry["alpha"]: entry["increase_percent"]["value"]
        for entry in model()["weights_and_activations"]
        if entry["model"] == "with planted outliers" and entry["activation_scale"] == "tensor"
    }
    assert (round(planted[None]), round(planted[0.5], 1)) == (20, 0.3)


def test_what_a_smaller_cache_costs() -> None:
    assert "The cache in 8 bits costs nothing that shows, in 4 bits next to nothing." in PROSE
    costs = {entry["bits"]: entry["increase_percent"] for entry in model()["cache"]["variants"]}
    assert costs[8]["interval"]["low"] <= 0 <= costs[8]["interval"]["high"]
    assert costs[4]["value"] < 0.1


def test_where_int4_weights_are_faster() -> None:
    assert "int4 weights are more than four times as fast as fp32 (with int8 activations)" in PROSE
    assert "The small network that the course ships is no faster at all with them for 128 tokens at a time" in PROSE
    assert "int8 weights with fp32 activations are *slower* by far" in PROSE
    assert "(*fp32 again*) is up to 9% off 1" in PROSE
    loads = load_recorded("quantization/language_model_speed")["loads"]
    ratios = {
        (load, name): entry["speedup_over_fp32"]
        for load, found in loads.items()
        for name, entry in found["variants"].items()
        if entry["speedup_over_fp32"]
    }
    assert ratios["large, 1 token", "int4 weights, int8 activations"]["interval"]["low"] > 4
    int4 = ("int4 weights, fp32 activations", "int4 weights, int8 activations")
    assert all(ratios["shipped, 128 tokens", name]["value"] < 1.01 for name in int4)
    assert all(ratio["value"] < 0.6 for (_, name), ratio in ratios.items() if name == "int8 weights, fp32 activations")
    controls = [abs(ratio["value"] - 1) for (_, name), ratio in ratios.items() if name == "fp32 again"]
    assert round(100 * max(controls)) == 9


def test_at_8_bits_rounding_afterwards_is_enough() -> None:
    assert "At **8 bits** QAT and PTQ lose nothing that their intervals can show" in PROSE
    for method in ("PTQ", CONTROL, "QAT"):
        _, low, high = difference(method, "fp32" if method == "PTQ" else "fp32 trained on", 8)
        assert low < 0 < high


def test_at_6_bits_all_lose_alike() -> None:
    assert "At **6 bits** each loses between a third and two thirds of a point, training or not." in PROSE
    for method in ("PTQ", "PTQ, least error", CONTROL, "QAT", "LSQ"):
        points, _, high = difference(method, "fp32" if method.endswith(("PTQ", "error")) else "fp32 trained on", 6)
        assert 0.33 <= round(-points, 2) <= 0.67 and high < 0
    for method in ("QAT", "LSQ"):
        _, low, high = difference(method, CONTROL, 6)
        assert low < 0 < high


def test_at_4_bits_the_range_saves_most_and_training_more() -> None:
    assert "least error instead of whole ranges saves 7 of the 10 points that PTQ loses" in PROSE
    whole, least = (difference(method, "fp32", 4)[0] for method in ("PTQ", "PTQ, least error"))
    assert (round(least - whole), round(-whole)) == (7, 10)
    assert "QAT gains 0.8 points over PTQ of the control, LSQ 1.5, and both intervals lie above 0" in PROSE
    (qat, qat_low, _), (lsq, lsq_low, _) = (difference(method, CONTROL, 4) for method in ("QAT", "LSQ"))
    assert (round(qat, 1), round(lsq, 1)) == (0.8, 1.5)
    assert min(qat_low, lsq_low) > 0


def test_at_3_bits_learned_steps_make_the_difference_and_at_2_nothing_holds() -> None:
    assert "LSQ loses 6 points, QAT 13, PTQ around 20, and 45 with whole ranges." in PROSE
    assert [round(-difference(method, "fp32 trained on", 3)[0]) for method in ("LSQ", "QAT")] == [6, 13]
    clipped = [difference("PTQ, least error", "fp32", 3), difference(CONTROL, "fp32 trained on", 3)]
    assert all(-22 < points < -18 for points, _, _ in clipped)
    assert round(-difference("PTQ", "fp32", 3)[0]) == 45
    assert "At **2 bits** nothing holds after three epochs" in PROSE
    assert all(difference(method, "fp32 trained on", 2)[0] < -40 for method in ("LSQ", "QAT"))
    assert bits_record()["recipe"]["trained_on"]["epochs"] == 3


def test_on_photographs_adaptive_rounding_wins_back_what_rounding_loses() -> None:
    record = load_recorded("quantization/bits_photographs")
    right = {(run["method"], *run["bits"].values()): 100 * run["accuracy"] for run in record["runs"]}
    lost = {}
    for line in record["differences"]:
        points, ends = line["points"], line["interval"]
        lost[line["method"], line["against"], *line["bits"].values()] = points, ends["low"], ends["high"]
    assert "the shipped ResNet-18, one epoch of a part of its images, one seed" in PROSE
    assert (record["recipe"]["trained_on"]["epochs"], record["seeds"]) == (1, 1)
    assert record["data"]["calibration_images"] == 256 and record["data"]["images"]["test"] == 2000
    assert "At 8 and 6 bits nothing is lost that 2,000 images could show" in PROSE
    for bits in (8, 6):
        for method, against in (("PTQ", "fp32"), ("QAT", "fp32 trained on"), ("LSQ", "fp32 trained on")):
            assert lost[method, against, bits, bits][2] >= 0
    assert "weights of 3 bits beside activations of 8 cost 4 points when rounded to nearest" in PROSE
    assert round(-lost["PTQ", "fp32", 3, 8][0]) == 4
    _, low, high = lost["AdaRound", "fp32", 3, 8]
    assert low < 0 < high
    assert "AdaRound (-0.5 points) and QAT (-0.7) lose nothing that shows" in PROSE
    adapted, trained = lost["AdaRound", "fp32", 4, 4], lost["QAT", "fp32 trained on", 4, 4]
    assert (adapted[0], trained[0]) == (-0.5, -0.7) and min(adapted[2], trained[2]) > 0
    assert "LSQ loses 1.3" in PROSE and lost["LSQ", "fp32 trained on", 4, 4][0] == -1.3
    assert "With 3 bits for both, the three are at 79 to 80%" in PROSE
    assert all(78.95 < right[method, 3, 3] < 80.5 for method in ("AdaRound", "QAT", "LSQ"))
    assert "at 2 bits LSQ is ahead by far, and still of no use" in PROSE
    assert lost["LSQ", "QAT", 2, 2][1] > 5 and right["LSQ", 2, 2] < 40
    assert "(74 against 82% in 3 bits)" in PROSE
    clipped, whole = right["PTQ, least error, weights too", 3, 8], right["PTQ, least error", 3, 8]
    assert (round(clipped), round(whole)) == (74, 82) and clipped < whole < right["AdaRound", 3, 8]


def test_the_sign_of_an_integer_decides_the_speed() -> None:
    engines = {
        width: load_recorded("quantization/engines")["networks"][f"width {width}"]["variants"] for width in (20, 64)
    }

    def over(engine: str, name: str, width: int) -> float:
        return engines[width][name][f"speedup_over_{engine}"]["value"]

    signs = [f"ONNX Runtime {signs}" for signs in ("uint8 x int8", "int8 x int8", "uint8 x uint8")]
    assert "At width 64 they are 3.4, 1.3 and 1.5 times as fast as ONNX Runtime's own fp32" in PROSE
    assert [round(over("onnxruntime", name, 64), 1) for name in signs] == [3.4, 1.3, 1.5]
    assert "leave 12 of 20 convolutions and all 8 additions in floating point" in PROSE
    for found in engines.values():
        operators = found[signs[1]]["operators"]
        assert operators["convolutions"] == {"integer": 8, "floating": 12}
        assert operators["additions"] == {"integer": 0, "floating": 8}
        assert min(entry["agreement"] for entry in found.values()) >= 0.99
        assert found["torch.compile fp32"]["speedup_over_eager"]["interval"]["high"] < 1
    assert over("eager", "PyTorch bf16", 64) > 1.5 and over("eager", "PyTorch bf16", 20) < 1.05
    assert "gains 3.9 times at width 64 and 1.6 at width 20" in PROSE
    assert [round(over("eager", "torchao pt2e int8", width), 1) for width in (64, 20)] == [3.9, 1.6]


def test_what_differs_between_orders_is_where_prune_stands() -> None:
    assert "it costs 3 points when weights are removed one by one, and more than 7 when channels go" in PROSE
    for order in (("distil", "quantize", "prune"), ("quantize", "distil", "prune")):
        assert round(-against_the_usual("unstructured", order)[0]) == 3
        assert 7 < -against_the_usual("channels", order)[0] < 8
    assert "in the middle, after *distil*, 1.45 and 2.65" in PROSE
    for pruning, points in (("unstructured", 1.45), ("channels", 2.65)):
        lost, _, high = against_the_usual(pruning, ("distil", "prune", "quantize"))
        assert abs(-lost - points) < 0.006 and high < 0


def test_what_differs_less_is_where_quantize_stands() -> None:
    assert "With single weights removed, nothing that shows" in PROSE
    assert "and *quantize, prune, distil* differs by nothing that shows" in PROSE
    both = ("quantize", "prune", "distil")
    for pruning, order in (
        ("unstructured", both),
        ("unstructured", ("prune", "quantize", "distil")),
        ("channels", both),
    ):
        _, low, high = against_the_usual(pruning, order)
        assert low < 0 < high
    assert "is 0.9 points above *prune, distil, quantize*, in an interval that just leaves out 0" in PROSE
    points, low, _ = against_the_usual("channels", ("prune", "quantize", "distil"))
    assert round(points, 1) == 0.9 and 0 < low < 0.1


def test_how_the_orders_were_measured() -> None:
    record = load_recorded("pipeline/orders")
    assert (
        "90% of the weights or half of all channels removed, weights of 4 bits, 2 epochs a stage, three starts" in PROSE
    )
    assert (record["sparsity"], record["channels_removed"], record["bits"]["weights"]) == (0.9, 0.5, 4)
    assert record["epochs"] == 6 and len(record["seeds"]) == 3
    for pruning in ("unstructured", "channels"):  # "The files are equally large within 2%"
        sizes = [run["shipped"]["onnx_bytes"] for run in record["runs"] if run["pruning"] == pruning]
        assert len(sizes) == 6 and max(sizes) < 1.02 * min(sizes)


def against_the_usual(pruning: str, order: tuple[str, ...]) -> tuple[float, float, float]:
    """Points of an order less those of prune, distil, quantize, and their interval."""
    record = load_recorded("pipeline/orders")
    wanted = (pruning, list(order), ["prune", "distil", "quantize"])
    (found,) = (d for d in record["differences"] if (d["pruning"], d["order"], d["against"]) == wanted)
    return found["points"], found["interval"]["low"], found["interval"]["high"]


def test_what_adds_up_in_a_row_of_stages() -> None:
    assert "*quantize* after *prune* costs nothing that shows, with either kind of pruning" in PROSE
    for pruning in ("unstructured", "channels"):
        _, low, high = combined(pruning, "prune, quantize", "prune")
        assert low < 0 < high
    assert "its file is 3.4 times smaller, 2.6 with channels" in PROSE
    for pruning, times in (("unstructured", 3.4), ("channels", 2.6)):
        assert round(size(pruning, "prune") / size(pruning, "prune, quantize"), 1) == times
    assert "*Distil* after *prune* wins a point and a half back, or a little more" in PROSE
    for pruning in ("unstructured", "channels"):
        points, low, _ = combined(pruning, "prune, distil", "prune")
        assert 1.5 < points < 1.7 and low > 0


def test_what_does_not_add_up_in_a_row_of_stages() -> None:
    assert "All three lose 0.9 points against *prune, distil*, and 1.6 with channels" in PROSE
    for pruning, points in (("unstructured", 0.9), ("channels", 1.6)):
        lost, _, high = combined(pruning, "prune, distil, quantize", "prune, distil")
        assert abs(-lost - points) < 0.06 and high < 0
    assert "Distilling alone is 0.6 points above the control, in an interval that just leaves out 0" in PROSE
    points, low, _ = combined("unstructured", "distil", "trained on")
    assert round(points, 1) == 0.6 and 0 < low < 0.1
    floating = load_recorded("pipeline/combinations")["floating"]
    assert "The control, the same training on labels, ends 0.7 points below the untouched network" in PROSE
    assert round(100 * (floating["original"]["accuracy"] - floating["trained on"]["accuracy"]), 1) == 0.7
    assert "over which distilling wins nothing that shows" in PROSE
    _, low, high = combined("unstructured", "distil", "original")
    assert low < 0 < high
    assert "quantizing is where the control is, alone or after distilling" in PROSE
    for stages in ("quantize", "distil, quantize"):
        _, low, high = combined("unstructured", stages, "trained on")
        assert low < 0 < high


def test_what_zeros_are_worth_in_a_file() -> None:
    assert (
        "the pruned file has the 711 kB of the dense one. Quantized as well it has 206, of which gzip makes 35" in PROSE
    )
    dense = load_recorded("pipeline/combinations")["files"]["original"]["onnx_bytes"]
    assert round(dense / 1000) == round(size("unstructured", "prune") / 1000) == 711
    assert round(size("unstructured", "prune, quantize") / 1000) == 206
    assert round(size("unstructured", "prune, quantize", "onnx_gzip_bytes") / 1000) == 35


def test_time_does_not_add_up() -> None:
    assert (
        "Half the channels make 64 images 1.9 times as fast, 8-bit integers 1.1 times, and both together 1.2" in PROSE
    )
    assert [round(faster("64 images", name)["value"], 1) for name in ("channels", "quantize", "channels+quantize")] == [
        1.9,
        1.1,
        1.2,
    ]
    assert "For one image at a time, quantizing gains nothing" in PROSE
    assert faster("1 image", "quantize")["low"] < 1 < faster("1 image", "quantize")["high"]
    assert "Zeros in a dense file save no time" in PROSE
    zeros, again = (faster("64 images", name) for name in ("unstructured", "original again"))
    assert zeros["low"] < 1 < zeros["high"] and again["low"] < 1 < again["high"]


def faster(load: str, name: str) -> dict[str, float]:
    """Than the original's file, and the interval."""
    found = load_recorded("pipeline/combinations")["speed"]["loads"][load]
    return found[name if name.startswith("original") else f"{name}, 6 epochs"]["speedup"]


def size(pruning: str, stages: str, kind: str = "onnx_bytes") -> int:
    """Bytes of a row's file."""
    rows = load_recorded("pipeline/combinations")["runs"]
    (found,) = (row for row in rows if (row["pruning"], ", ".join(row["stages"])) == (pruning, stages))
    return found["file"][kind]


def combined(pruning: str, stages: str, against: str) -> tuple[float, float, float]:
    """Points of a combination less those of another, or of a control, and their interval."""
    wanted = (pruning, stages, against)
    lines = load_recorded("pipeline/combinations")["differences"]
    (found,) = (
        line for line in lines if (line["pruning"], ", ".join(line["stages"]), as_text(line["against"])) == wanted
    )
    return found["points"], found["interval"]["low"], found["interval"]["high"]


def as_text(against: str | list[str]) -> str:
    return against if isinstance(against, str) else ", ".join(against)


def difference(method: str, against: str, bits: int) -> tuple[float, float, float]:
    """Points and their interval."""
    wanted = (method, against, {"weights": bits, "activations": bits})
    (found,) = (d for d in bits_record()["differences"] if (d["method"], d["against"], d["bits"]) == wanted)
    return found["points"], found["interval"]["low"], found["interval"]["high"]


def bits_record() -> dict[str, Any]:
    return load_recorded("quantization/bits_digits32")


def model() -> dict[str, Any]:
    return load_recorded("quantization/language_model")
