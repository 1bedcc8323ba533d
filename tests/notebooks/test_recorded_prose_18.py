"""What chapter 18 says of recorded results is what the files in `reference/` hold."""

from chapter_prose import prose

from compresslab.recorded import load_recorded

PROSE = prose("18")
PHOTOGRAPHS = load_recorded("capstone_photographs")


def lost(name: str) -> tuple[float, float, float]:
    found = PHOTOGRAPHS["variants"][name]["difference"]
    return tuple(0.0 - round(x, 1) for x in (found["points"], found["interval"]["high"], found["interval"]["low"]))


def test_the_photographs_are_the_recorded_ones() -> None:
    assert "on CIFAR-10 (JPEG copy), by `make capstone`: a network of the same width, a student of half of it" in PROSE
    assert "10,000 test images, one seed" in PROSE
    assert PHOTOGRAPHS["data"] == {
        "name": "CIFAR-10 (JPEG copy)",
        "images": {"train": 45_000, "validation": 5000, "test": 10_000},
    }
    assert (PHOTOGRAPHS["profile"]["width"], PHOTOGRAPHS["profile"]["student_width"]) == (16, 8)


def test_what_each_technique_lost_on_photographs() -> None:
    assert "Quantization without any training loses nothing that shows" in PROSE
    points, low, high = lost("quantized")
    assert low <= 0 <= high and points == 0
    assert "with four more epochs, *gains* half a point [0.0, 0.9]" in PROSE
    assert lost("pruned") == (-0.5, -0.9, 0.0) and PHOTOGRAPHS["profile"]["finetune"]["epochs"] == 4
    assert "the student loses 2.3 points [1.7, 2.9] in as many epochs as the baseline had" in PROSE
    assert lost("distilled") == (2.3, 1.7, 2.9)
    assert PHOTOGRAPHS["profile"]["distil"]["epochs"] == PHOTOGRAPHS["profile"]["baseline"]["epochs"]


def test_what_the_row_of_three_is_worth() -> None:
    assert "12.8 times smaller and 2.1 times as fast, loses 1.9 [1.3, 2.5]" in PROSE
    assert lost("pruned+distilled+quantized") == (1.9, 1.3, 2.5)
    three, first = (PHOTOGRAPHS["variants"][name] for name in ("pruned+distilled+quantized", "baseline"))
    assert round(first["size_bytes"] / three["size_bytes"], 1) == 12.8
    assert round(three["single_speedup_over_onnxruntime_fp32"]["value"], 1) == 2.1
