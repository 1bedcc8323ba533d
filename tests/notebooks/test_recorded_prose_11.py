"""What chapter 11 says of its recorded runs is what the files hold."""

from typing import Any

from chapter_prose import prose

from compresslab.recorded import load_recorded


def among(lines: list[dict[str, Any]], **wanted: object) -> dict[str, Any]:
    (line,) = (each for each in lines if wanted.items() <= each.items())
    return line


def stands_out(found: dict[str, Any]) -> bool:
    return bool(found["interval"]["low"] > 0 or found["interval"]["high"] < 0)


def test_the_setting_of_the_recorded_table_in_chapter_11() -> None:
    said = prose("11")
    assert "an eighth-width ResNet-18, 4-bit weights, 8-bit activations, 90% sparsity, six epochs in all" in said
    for name in ("joint", "combinations", "coding"):
        found = load_recorded(f"pipeline/{name}")
        assert (found["model"], found["epochs"], found["sparsity"]) == ("resnet18(width=8)", 6, 0.9)
        assert found["bits"] == {"weights": 4, "activations": 8} and len(found["seeds"]) == 3


def test_what_each_technique_costs_and_what_a_second_one_adds_in_chapter_11() -> None:
    said, found = prose("11"), load_recorded("pipeline/combinations")
    rows = [each for each in found["differences"] if each["pruning"] == "unstructured"]
    alone = {kind: among(rows, stages=[kind], against="original") for kind in ("quantize", "prune", "distil")}
    assert "quantization costs 0.8 points, pruning 4.6" in said
    assert [round(-alone[kind]["points"], 1) for kind in ("quantize", "prune")] == [0.8, 4.6]
    assert "distillation of the whole network no difference that stands out" in said
    assert not stands_out(alone["distil"]) and stands_out(alone["quantize"]) and stands_out(alone["prune"])
    assert "After pruning, quantization costs nothing that stands out" in said
    assert not stands_out(among(rows, stages=["prune", "quantize"], against=["prune"]))
    assert "distillation gives it 1.55 points back" in said
    back = among(rows, stages=["prune", "distil"], against=["prune"])
    assert round(back["points"], 2) == 1.55 and stands_out(back)
    assert "to quantization alone it adds nothing" in said
    assert among(rows, stages=["distil", "quantize"], against=["quantize"])["points"] == 0
    assert "the file of all three is a nineteenth of the original's" in said
    three = among(found["runs"], pruning="unstructured", stages=["prune", "distil", "quantize"])["file"]
    assert round(found["files"]["original"]["onnx_gzip_bytes"] / three["onnx_gzip_bytes"]) == 19


def test_jointly_against_in_stages_in_chapter_11() -> None:
    said, found = prose("11"), load_recorded("pipeline/joint")
    three = among(found["differences"], method="Q+P+D")
    assert "All three jointly are 1.6 points ahead of their stages, and ahead in each of the three seeds" in said
    assert round(three["points"], 1) == 1.6 and stands_out(three) and min(three["by_seed"]) > 0
    pairs = [each for each in found["differences"] if each["method"] != "Q+P+D"]
    assert "Of the pairs none stands out from noise, though two of the intervals begin at 0" in said
    assert len(pairs) == 3 and not any(map(stands_out, pairs))
    assert sum(each["interval"]["low"] == 0 for each in pairs) == 2
    assert "Jointly the teacher guides all six epochs, in stages a third of them" in said
    (stages,) = (each["stages"] for each in found["in_stages"] if each["method"] == "Q+P+D")
    assert stages.count("distil") == 1 and len(stages) == 3


def test_projection_and_conflict_in_chapter_11() -> None:
    said, found = prose("11"), load_recorded("pipeline/joint")
    (projected,) = found["ablations"]
    assert "Projection changes nothing that stands out (-0.1 points)" in said
    assert round(projected["points"], 1) == -0.1 and not stands_out(projected)
    watched = [each for line in found["conflict"] for each in line["cosines"]]
    assert "positive from the start to the end, and never were more than 15% of the batches in conflict" in said
    assert min(each["mean"] for each in watched) > 0
    assert max(each["share_in_conflict"] for each in watched) == 0.15


def test_the_fourth_stage_in_chapter_11() -> None:
    said, found = prose("11"), load_recorded("pipeline/coding")
    four = among(found["runs"], method="k-means, trained", bits=4)
    assert "At 4 bits the file has 4% of float32's bytes, and 11% more than the entropy" in said
    assert round(100 * four["coded"] / found["fp32_bytes"]) == 4
    least = four["entropy_of_values"] + four["codebooks"] + four["rest"]
    assert round(100 * (four["coded"] / least - 1)) == 11
    assert "29,555 bytes to our 30,274" in said
    assert (four["indices_xz"], four["coded"]) == (29_555, 30_274)
    assert "zstd and gzip make more" in said and min(four["indices_zstd"], four["indices_gzip"]) > four["coded"]
    assert "k-means is 6.7 points ahead of the grid at 3 bits, and training its values adds 3.5" in said
    gained = {
        key: among(found["differences"], method=key[0], against=key[1], bits=key[2])
        for key in (("k-means", "grid", 3), ("k-means, trained", "k-means", 3), ("k-means", "grid", 4),
                    ("k-means", "grid", 8))
    }  # fmt: skip
    first, trained, four_bits, eight_bits = gained.values()
    assert (round(first["points"], 1), round(trained["points"], 1)) == (6.7, 3.5)
    assert stands_out(first) and stands_out(trained)
    assert "At 4 bits, before training, the two can't be told apart, nor at 8" in said
    assert not stands_out(four_bits) and not stands_out(eight_bits)
