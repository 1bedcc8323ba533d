"""The comparison of ONNX files: inputs made for any of them, figures checked by hand, and every way it can go wrong."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from compresslab.benchmark import comparison as comparing
from compresslab.benchmark.__main__ import main
from compresslab.benchmark.accuracy import Answers
from compresslab.benchmark.comparison import compare_files
from compresslab.benchmark.memory import PeakMemory
from compresslab.benchmark.onnx_files import Input, inputs_of, make_inputs, onnx_call, size_of
from compresslab.data import load
from compresslab.deploy import export_onnx
from compresslab.errors import InputError

HEAD = '<ir_version: 8, opset_import: ["": 17]> '
DOUBLE = "double (float[n, 4] x) => (float[n, 4] y) { y = Add(x, x) }"
SQUARE = "square (float[m, 4] z) => (float[m, 4] y) { y = Mul(z, z) }"
ROOT = "root (float[n, 4] x) => (float[n, 4] y) { y = Sqrt(x) }"  # NaN where x is below 0
FIXED = "fixed (float[8, 4] x) => (float[8, 4] y) { y = Add(x, x) }"
BYTES = "bytes (uint8[n, 4] x) => (uint8[n, 4] y) { y = Add(x, x) }"
TEXT = "text (string[n] x) => (string[n] y) { y = Identity(x) }"
MASKED = """masked (int64[batch, length] tokens, bool[batch, length] mask, float16 scale) => (int64[batch, length] y)
{ y = Where(mask, tokens, tokens) }"""
SCALED = "scaled (float[1, 4] x, float[k] s) => (float[1, 4] y) { y = Mul(x, s) }"
SCALED_8 = "scaled (float[8, 4] x, float[k] s) => (float[8, 4] y) { y = Mul(x, s) }"
UNNAMED = "unnamed (float[?, 3, ?] x) => (float[?, 3, ?] y) { y = Add(x, x) }"
MISMATCHED = "wrong (float[n, 4] x, float[k, 5] y) => (float[n, 4] z) { z = Add(x, y) }"


def written(path: Path, text: str) -> str:
    path.write_bytes(onnx.parser.parse_model(HEAD + text).SerializeToString())
    return str(path)


@pytest.fixture
def no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Peak memory has tests of its own: here the file is only run, in this process."""

    def run(load: Any, **_: Any) -> PeakMemory:
        load()()
        return PeakMemory(2_000_000, 1_000_000, None, 10**8)

    monkeypatch.setattr(comparing, "peak_memory", run)


def test_what_a_file_takes_is_read_and_made(tmp_path) -> None:
    inputs = inputs_of(written(tmp_path / "masked.onnx", MASKED))
    assert inputs == [
        Input("tokens", "int64", ("batch", "length")),
        Input("mask", "bool", ("batch", "length")),
        Input("scale", "float16", ()),
    ]
    made = make_inputs(inputs, {"length": 500})
    assert {name: (values.dtype.name, values.shape) for name, values in made.items()} == {
        "tokens": ("int64", (1, 500)),
        "mask": ("bool", (1, 500)),
        "scale": ("float16", ()),
    }
    assert set(np.unique(made["tokens"])) == {0, 1}
    (images,) = make_inputs([Input("images", "float32", (100, 100))], seed=3).values()
    assert abs(images.mean()) < 0.05 and abs(images.std() - 1) < 0.05
    (pixels,) = make_inputs([Input("pixels", "uint8", (100, 100))]).values()
    assert (pixels.min(), pixels.max()) == (0, 255)
    assert not np.array_equal(images, *make_inputs([Input("images", "float32", (100, 100))], seed=4).values())


def test_varying_dimensions_without_a_name_get_one(tmp_path) -> None:
    inputs = inputs_of(written(tmp_path / "unnamed.onnx", UNNAMED))
    assert inputs == [Input("x", "float32", ("first", 3, "x.2"))]
    assert make_inputs(inputs, {"first": 2, "x.2": 5})["x"].shape == (2, 3, 5)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"batch": 0}, "batch=0"),
        ({"width": 3}, "no input has a varying dimension 'width': choose from batch"),
        ({"batch": 10**9}, r"10\^9|1,?000,?000,?000|values: give smaller sizes"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(sizes, message) -> None:
    with pytest.raises(InputError, match=message):
        make_inputs([Input("images", "float32", ("batch", 3, 32))], sizes)


def test_a_call_gives_what_the_graph_says(tmp_path) -> None:
    path = written(tmp_path / "double.onnx", DOUBLE)
    x = np.arange(8, dtype=np.float32).reshape(2, 4)
    call = onnx_call(path, {"x": x}, threads=2)
    np.testing.assert_array_equal(call()[0], 2 * x)
    assert call.threads == 2


@pytest.mark.parametrize(
    ("text", "inputs", "message"),
    [
        (ROOT, {"x": np.full((1, 4), -1, np.float32)}, r"4 of 4 values of its output 0 are NaN or infinite"),
        (DOUBLE, {"x": np.full((1, 4), 3e38, np.float32)}, "NaN or infinite"),
        (DOUBLE, {}, r"failed: .*x"),
        (DOUBLE, {"x": np.zeros((1, 5), np.float32)}, "failed: .*nvalid"),
        (MISMATCHED, {"x": np.zeros((1, 4), np.float32), "y": np.zeros((1, 5), np.float32)}, "failed"),
    ],
    ids=["NaN", "infinity", "an input missing", "another shape", "a graph that can't run"],
)
def test_a_call_that_fails_or_gives_nan_is_refused_at_once(text, inputs, message, tmp_path) -> None:
    with pytest.raises(InputError, match=message):
        onnx_call(written(tmp_path / "model.onnx", text), inputs)


@pytest.mark.parametrize(
    ("contents", "message"),
    [(b"", "cannot run"), (b"no model at all", "cannot run"), (None, "is no file")],
    ids=["empty", "text", "a folder"],
)
def test_what_is_no_model_is_refused(contents, message, tmp_path) -> None:
    path = tmp_path / "model.onnx"
    path.mkdir() if contents is None else path.write_bytes(contents)
    with pytest.raises(InputError, match=message):
        inputs_of(path)


def test_a_truncated_model_is_refused(tmp_path) -> None:
    path = export_onnx(nn.Flatten(), torch.zeros(1, 1, 2, 2), tmp_path / "flat.onnx")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cannot run"):
        inputs_of(path)


def test_inputs_that_nobody_can_make_are_refused(tmp_path) -> None:
    with pytest.raises(InputError, match=r"'x' is a tensor\(string\)"):
        inputs_of(written(tmp_path / "text.onnx", TEXT))


def test_size_counts_weights_beside_the_file_but_nowhere_else(tmp_path) -> None:
    weight = onnx.numpy_helper.from_array(np.zeros((64, 64), np.float32), "w")
    model = onnx.parser.parse_model(HEAD + "product (float[n, 64] x) => (float[n, 64] y) { y = MatMul(x, w) }")
    model.graph.initializer.append(weight)
    inside, outside = tmp_path / "inside.onnx", tmp_path / "model" / "outside.onnx"
    onnx.save(model, inside)
    assert size_of(inside).size_bytes == inside.stat().st_size
    assert size_of(inside).gzip_bytes < 600  # zeros
    outside.parent.mkdir()
    onnx.save(model, outside, save_as_external_data=True, location="weights.bin", size_threshold=0)
    beside = outside.with_name("weights.bin")
    assert size_of(outside).size_bytes == outside.stat().st_size + beside.stat().st_size > 64 * 64 * 4
    assert onnx_call(outside, {"x": np.ones((2, 64), np.float32)})()[0].shape == (2, 64)
    moved = onnx.load(outside, load_external_data=False)
    for entry in moved.graph.initializer[0].external_data:
        if entry.key == "location":
            entry.value = "../inside.onnx"
    outside.write_bytes(moved.SerializeToString())
    with pytest.raises(InputError, match="outside its folder"):
        size_of(outside)


def test_the_command_compares_prints_and_writes(tmp_path, capsys) -> None:
    first, second = written(tmp_path / "double.onnx", DOUBLE), written(tmp_path / "square.onnx", SQUARE)
    out = tmp_path / "results"
    arguments = [
        first,
        second,
        "--size",
        "n=6",
        "--size",
        "m=6",
        "--rounds",
        "20",
        "--batches",
        "1,4",
        "--out",
        str(out),
    ]
    assert main(arguments) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert [line.split("  ")[0] for line in lines if line.startswith(("double.onnx", "square.onnx"))] == [
        "double.onnx", "double.onnx (again)", "square.onnx", "double.onnx", "square.onnx",
    ]  # fmt: skip
    assert "(6, 4)" in said.out and "Energy" in said.out
    assert "in a process of its own" in said.err
    read = json.loads((out / "comparison.json").read_text())
    assert [(name, found["path"]) for name, found in read["files"].items()] == [
        ("double.onnx", first), ("square.onnx", second),
    ]  # fmt: skip
    assert read["input_shapes"] == [[6, 4]]
    found = read["files"]["square.onnx"]
    assert found["size"]["size_bytes"] == Path(second).stat().st_size
    assert 0 < found["memory"]["loading_bytes"] < 20e6
    assert found["latency_ms"]["p50"]["value"] <= found["latency_ms"]["p99"]["value"]
    assert [each["batch_size"] for each in found["throughputs"]] == [1, 4]
    assert read["benchmark"]["machine"]["threads"] == 1
    assert len(read["benchmark"]["timings"]["square.onnx"]["wall_ns"]) == 20
    assert [ratio["name"] for ratio in read["ratios"]["wall"]] == ["double.onnx (again)", "square.onnx"]
    assert (out / "comparison.png").read_bytes()[1:4] == b"PNG"
    assert sorted(path.name for path in out.iterdir()) == ["comparison.json", "comparison.png"]


def test_scenarios_are_measured_printed_written_and_drawn(tmp_path, capsys, no_child) -> None:
    first, second = written(tmp_path / "double.onnx", DOUBLE), written(tmp_path / "square.onnx", SQUARE)
    out = tmp_path / "results"
    asked = ["--scenario", "single-stream", "--scenario", "offline", "--queries", "70", "--batches", "2,16"]
    assert main([first, second, "--rounds", "5", *asked, "--out", str(out)]) == 0
    said = capsys.readouterr()
    rows = [line.split() for line in said.out.splitlines()]
    assert ["single", "stream", "p90", "ms", "at", "most,", "99%", "sure", "queries", "seconds"] in rows
    assert sum(row[:1] == ["square.onnx"] and row[-2:-1] == ["70"] for row in rows) == 1  # queries
    assert sum(row[:1] == ["square.onnx"] and row[-3:-1] == ["16", "80"] for row in rows) == 1  # 5 batches of 16
    assert "its queries and 600 s aren't" in said.out
    assert "one by one, with" in said.err and "in batches of 16 with" in said.err
    read = json.loads((out / "comparison.json").read_text())
    for found in read["files"].values():
        stream, run = found["single_stream"], found["offline"]
        assert (stream["queries"], stream["percentile"], stream["as_mlperf"]) == (70, 90.0, False)
        assert stream["latency_ms"] > 0 and stream["machine"]["threads"] == 1
        assert (run["samples"], run["batch_size"]) == (80, 16)
        assert run["samples_per_second"] == pytest.approx(run["samples"] / run["seconds"])
        assert run["interval"]["low"] <= run["samples_per_second"] <= run["interval"]["high"]
    assert sorted(path.name for path in out.iterdir()) == ["comparison.json", "comparison.png", "scenarios.png"]


def test_one_scenario_alone_works_in_the_inputs_batch(tmp_path, no_child) -> None:
    fixed = written(tmp_path / "fixed.onnx", FIXED)
    compared = compare_files([fixed], rounds=5, scenarios=["offline"], queries=9)
    (found,) = compared.files.values()
    assert found.single_stream is None
    assert (found.offline.batch_size, found.offline.samples) == (8, 16)
    plain = compare_files([fixed], rounds=5)
    assert plain.to_dict()["files"]["fixed.onnx"]["offline"] is None


def test_accuracy_comes_with_its_interval_and_the_difference_to_the_first(tmp_path) -> None:
    digits = load("digits")
    labels = digits.test.labels

    class Answers10(nn.Module):
        """Class 3 for every image."""

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            scores = images.flatten(1)[:, :10] * 0
            return scores + torch.arange(10).eq(3)

    example = torch.zeros(1, digits.channels, digits.image_size, digits.image_size)
    path = str(export_onnx(Answers10(), example, tmp_path / "threes.onnx"))
    answers = Answers(digits, 0.95)
    first, again = (answers.accuracy(path, inputs_of(path)) for _ in range(2))
    assert first.accuracy == pytest.approx((labels == 3).double().mean().item())
    assert first.interval.low < first.accuracy < first.interval.high
    assert first.difference is None and first.n == len(labels)
    assert (again.difference.points, again.difference.interval.low, again.difference.interval.high) == (0, 0, 0)
    other = written(tmp_path / "double.onnx", DOUBLE)
    with pytest.raises(InputError, match="they don't fit"):
        answers.accuracy(other, inputs_of(other))
    flat = str(export_onnx(nn.Flatten(), example, tmp_path / "flat.onnx"))
    with pytest.raises(InputError, match="not logits"):
        answers.accuracy(flat, inputs_of(flat))


@pytest.mark.parametrize(
    ("files", "options", "message"),
    [
        ({}, [], "no file to compare"),
        ({"a": DOUBLE, "missing": None}, [], "missing.onnx: No such file"),
        ({"a": DOUBLE}, ["--rounds", "0"], "rounds=0"),
        ({"a": DOUBLE}, ["--level", "95"], "level=95"),
        ({"a": DOUBLE}, ["--threads", "0"], "threads=0"),
        ({"a": DOUBLE}, ["--scenario", "server"], "'server' is not known: choose from single-stream, offline"),
        ({"a": DOUBLE}, ["--scenario", "offline", "--queries", "0"], "queries=0"),
        ({"a": DOUBLE}, ["--scenario", "offline", "--seconds", "nan"], "seconds=nan"),
        ({"a": DOUBLE}, ["--size", "n"], "--size n: write NAME=N"),
        ({"a": DOUBLE}, ["--size", "n=many"], "'many' is no whole number"),
        ({"a": DOUBLE}, ["--size", "k=3"], "no input has a varying dimension 'k': choose from n"),
        ({"a": DOUBLE}, ["--batches", "1,x"], "'x' is no whole number"),
        ({"a": DOUBLE}, ["--batches", "4,4"], "twice"),
        ({"a": DOUBLE}, ["--data", "nothing"], "no data set 'nothing'"),
        ({"a": DOUBLE, "b": FIXED}, [], r"a call of .*b.onnx handles a batch of 8 and one of .*a.onnx a batch of 1"),
        ({"a": SCALED, "b": SCALED_8}, [], r"b.onnx takes float32 \(8, 4\), .*compare files alike"),
        ({"a": DOUBLE, "b": BYTES}, [], r"b.onnx takes uint8 \(1, 4\) and .*a.onnx takes float32 \(1, 4\)"),
        ({"a": FIXED}, ["--batches", "4"], "batches of one size only"),
        ({"a": DOUBLE, "b": ROOT}, [], "NaN or infinite"),
        ({"a": DOUBLE, "b": TEXT}, [], "no inputs can be made"),
    ],
    ids=str,
)
def test_every_mistake_is_one_sentence_and_nothing_is_written(
    files, options, message, tmp_path, capsys, no_child
) -> None:
    paths = [
        str(tmp_path / f"{name}.onnx") if text is None else written(tmp_path / f"{name}.onnx", text)
        for name, text in files.items()
    ]
    out = tmp_path / "results"
    assert main([*paths, *options, "--quiet", "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ") and said.err.count("\n") == 1
    assert _matches(message, said.err)
    assert not out.exists()


def _matches(pattern: str, text: str) -> bool:
    import re

    return re.search(pattern, text) is not None


def test_files_are_called_by_as_much_of_their_paths_as_tells_them_apart() -> None:
    assert comparing._short_names(["a/x.onnx", "a/y.onnx"]) == {"a/x.onnx": "x.onnx", "a/y.onnx": "y.onnx"}
    assert comparing._short_names(["a/x.onnx", "b/x.onnx", "/c/x.onnx"]) == {
        "a/x.onnx": "a/x.onnx", "b/x.onnx": "b/x.onnx", "/c/x.onnx": "c/x.onnx",
    }  # fmt: skip
    assert comparing._short_names(["x.onnx", "./x.onnx"]) == {"x.onnx": "x.onnx", "./x.onnx": "./x.onnx"}


def test_a_file_given_twice_is_refused(tmp_path) -> None:
    path = written(tmp_path / "double.onnx", DOUBLE)
    with pytest.raises(InputError, match="given twice"):
        compare_files([path, path])


def test_a_model_that_fails_in_the_middle_is_named_and_nothing_is_written(
    tmp_path, capsys, no_child, monkeypatch
) -> None:
    path, out = written(tmp_path / "double.onnx", DOUBLE), tmp_path / "results"
    turns = iter(range(10**6))

    def failing(*arguments: Any, **settings: Any) -> Any:
        call = onnx_call(*arguments, **settings)

        def run() -> object:
            if next(turns) == 60:
                raise InputError("out of memory")
            return call()

        return run

    monkeypatch.setattr(comparing, "onnx_call", failing)
    assert main([path, "--quiet", "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert "out of memory" in said.err and "failed in" in said.err and "of this benchmark was kept" in said.err
    assert said.out == "" and not out.exists()


def test_a_model_that_fails_within_a_scenario_is_named_and_nothing_is_written(
    tmp_path, capsys, no_child, monkeypatch
) -> None:
    path, out = written(tmp_path / "double.onnx", DOUBLE), tmp_path / "results"

    def failing(call: Any, **_: Any) -> None:
        raise InputError(f"{path} failed: out of memory")

    monkeypatch.setattr(comparing, "single_stream", failing)
    assert main([path, "--quiet", "--rounds", "5", "--scenario", "single-stream", "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.err == f"error: {path} failed: out of memory\n"
    assert said.out == "" and not out.exists()


def test_a_file_where_the_folder_should_be_is_told_before_anything_is_measured(tmp_path, capsys) -> None:
    (tmp_path / "results").write_text("mine")
    assert main(["missing.onnx", "--out", str(tmp_path / "results")]) == 2
    assert "is a file: name a folder" in capsys.readouterr().err
    assert (tmp_path / "results").read_text() == "mine"


@pytest.mark.parametrize("blocked", ["comparison.json", "comparison.png", "scenarios.png"])
def test_where_one_result_cannot_be_written_none_is(blocked, tmp_path, capsys, no_child) -> None:
    path, out = written(tmp_path / "double.onnx", DOUBLE), tmp_path / "results"
    (out / blocked).mkdir(parents=True)
    asked = ["--rounds", "5", "--scenario", "offline", "--queries", "9"]
    assert main([path, "--quiet", *asked, "--out", str(out)]) == 2
    assert "is a folder" in capsys.readouterr().err
    assert [entry.name for entry in out.iterdir()] == [blocked]


def test_a_file_that_crashes_or_hangs_its_runtime_does_so_elsewhere(tmp_path, monkeypatch) -> None:
    import os

    path = written(tmp_path / "double.onnx", DOUBLE)
    monkeypatch.setattr(comparing, "prepared_call", _crash)
    monkeypatch.setattr(comparing, "partial", lambda *_, **__: partial(os.abort))
    with pytest.raises(InputError, match="SIGABRT"):
        compare_files([path])


def _crash() -> None: ...
