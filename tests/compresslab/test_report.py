"""The comparison of two ONNX files: right numbers, a verdict that says why, and clear words for bad input."""

import itertools
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx_patterns import draw, sharpened, write_model

from compresslab.report.command import main


def predictions(weight: np.ndarray, images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1) @ weight.reshape(len(weight), -1).T


class Case:
    """A folder with two models and data, and the command run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.weight = sharpened()
        self.original = write_model(folder / "original.onnx", self.weight)
        self.compressed = write_model(folder / "compressed.onnx", self.weight)
        self.arrays = draw()
        self.gate = ""
        self.out = folder / "report.html"

    def run(self, *options: str) -> int:
        np.savez(self.folder / "data.npz", **self.arrays)
        given = ["--data", str(self.folder / "data.npz"), "--out", str(self.out), "--corrupted", "40"]
        if self.gate:
            (self.folder / "gate.toml").write_text(self.gate)
            given += ["--gate", str(self.folder / "gate.toml")]
        return main([str(self.original), str(self.compressed), *given, *options])

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out.with_suffix(".json").read_text())

    @property
    def html(self) -> str:
        return self.out.read_text()


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def damaged(label: int, factor: float) -> np.ndarray:
    weight = sharpened()
    weight[label] *= factor
    return weight


LENIENT = "[gate]\naccuracy_margin_points = 3.0\n"


class Page(HTMLParser):
    """What a page holds: its elements, and whether each closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_same_model_twice_passes_where_there_are_images_enough(case: Case, capsys) -> None:
    case.gate = LENIENT
    assert case.run() == 0
    assert capsys.readouterr().out.startswith("PASS: ")
    found = case.json
    assert found["verdict"]["passed"] is True
    assert (found["churn"]["fixed"], found["churn"]["broken"], found["agreement"]) == (0, 0, 1)
    assert found["divergence_mean"] == 0
    assert found["equivalence"] == "equivalent"


def test_identical_models_do_not_pass_on_a_handful_of_images(case: Case, capsys) -> None:
    case.arrays = {name: values[:40] for name, values in case.arrays.items()}
    assert case.run() == 1
    assert "is not shown; it takes more images" in capsys.readouterr().out


def test_numbers_are_those_of_numpy(case: Case) -> None:
    weight = damaged(1, 0.8)
    write_model(case.compressed, weight)
    case.run()
    images, labels = case.arrays["images"], case.arrays["labels"]
    before, after = (predictions(w, images).argmax(1) for w in (case.weight, weight))
    found = case.json
    assert found["accuracies"] == pytest.approx([(before == labels).mean(), (after == labels).mean()])
    assert found["agreement"] == pytest.approx((before == after).mean())
    for label, harm in enumerate(found["by_class"]):
        own = labels == label
        assert harm["n"] == own.sum()
        assert harm["broken"] == ((before == labels) & (after != labels) & own).sum()
        assert harm["compressed_accuracy"] == pytest.approx((after == labels)[own].mean())


def test_a_harmed_class_fails_the_gate_and_is_named(case: Case, capsys) -> None:
    write_model(case.compressed, damaged(2, 0.2))
    case.arrays["classes"] = np.array(["ant", "bee", "cat", "dog"])
    assert case.run() == 1
    printed = capsys.readouterr().out
    assert printed.startswith("FAIL: ")
    assert "Worst of all groups is class cat" in printed
    failed = {check["name"] for check in case.json["verdict"]["checks"] if not check["passed"]}
    assert {"accuracy", "groups", "disparate impact"} <= failed
    assert "hurt more" in case.html


def test_thresholds_of_a_file_decide(case: Case) -> None:
    write_model(case.compressed, damaged(1, 0.8))
    assert case.run() == 1
    names = ("group_loss_points", "group_excess_points", "churn", "calibration_error_increase", "critical_failures")
    off = "".join(f'{name} = "off"\n' for name in (*names, "corruption_loss_points", "outlier_auroc_loss"))
    case.gate = f"[gate]\naccuracy_margin_points = 15\n{off}"
    assert case.run() == 0
    assert [check["name"] for check in case.json["verdict"]["checks"]] == ["accuracy"]
    case.gate += "divergence_nats = 0.0\n"
    assert case.run() == 1


def test_the_page_stands_alone_and_describes_its_figures(case: Case) -> None:
    write_model(case.compressed, damaged(2, 0.2))
    case.arrays["groups"] = np.array(["day", "night"])[case.arrays["labels"] % 2]
    case.arrays["classes"] = np.array(["a<b", "b&c", '"c"', "d"])  # as names may be
    case.run()
    page = Page(case.html)
    assert page.open == []
    pictures = [attributes for tag, attributes in page.elements if tag == "img"]
    assert len(pictures) == 7  # sure, two of harm, reliability, corruptions, critical, hurt
    for attributes in pictures:
        assert len(attributes["alt"] or "") > 40
        assert (attributes["src"] or "").startswith("data:image/png;base64,")
    assert not any(tag in ("script", "link", "iframe") for tag, _ in page.elements)
    assert not re.search(r"https?:", case.html)
    assert "a&lt;b" in case.html and "a<b" not in case.html
    headings = [tag for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == "h1" and set(headings[1:]) == {"h2"}


def test_groups_and_sources_are_told_from_each_other(case: Case) -> None:
    case.arrays["group_camera"] = np.arange(600) % 3
    case.arrays["sources"] = np.arange(600) // 10
    case.run()
    found = case.json
    assert found["data"] == {"name": "data", "n": 600, "sources": 60}
    assert [harm["sources"] for harm in found["by_group"]["camera"]] == [60, 60, 60]
    case.arrays["sources"] = np.arange(600)
    case.run()
    assert case.json["change"]["interval"]["high"] < found["change"]["interval"]["high"] / 5


def test_a_group_of_three_comes_with_an_interval_that_says_how_little_is_known(case: Case) -> None:
    case.arrays["groups"] = np.array(["many"] * 597 + ["few"] * 3)
    case.gate = LENIENT
    assert case.run() == 0
    few, many = case.json["by_group"]["groups"]
    assert (few["name"], few["n"]) == ("few", 3)
    assert few["change"]["interval"]["high"] - few["change"]["interval"]["low"] > 100
    assert many["change"]["interval"]["high"] - many["change"]["interval"]["low"] < 3


def test_a_class_without_an_image_is_said_to_be_unknown(case: Case) -> None:
    keep = case.arrays["labels"] != 3
    case.arrays = {name: values[keep] for name, values in case.arrays.items()}
    case.gate = LENIENT
    assert case.run() == 0
    assert case.json["untested"] == ["3"]
    assert "No image of 3: nothing is known of it." in case.html


def test_very_unequal_classes_are_compared_too(case: Case) -> None:
    keep = (case.arrays["labels"] == 0) | (np.arange(600) < 20)
    case.arrays = {name: values[keep] for name, values in case.arrays.items()}
    case.run()
    widths = [h["change"]["interval"]["high"] - h["change"]["interval"]["low"] for h in case.json["by_class"]]
    assert widths[0] < min(widths[1:]) / 3


@pytest.mark.parametrize(
    "made",
    [{"batch": 7}, {"batch": 600}, {"softmax": True}, {"last": True}, {"last": True, "batch": 1, "softmax": True}],
)
def test_however_a_model_was_exported_it_is_the_same_model(case: Case, made) -> None:
    write_model(case.compressed, case.weight, **made)
    case.gate = LENIENT
    assert case.run() == 0
    found = case.json
    assert found["churn"]["changed"] == 0
    assert found["divergence_mean"] == pytest.approx(0, abs=1e-6)
    assert ("energy" in found["outliers"]) == (not made.get("softmax", False))


def test_pixels_are_normalised_as_the_file_says(case: Case) -> None:
    case.run()
    plain = case.json
    bytes_ = np.round(255 * case.arrays["images"]).astype(np.uint8)
    case.arrays |= {"images": bytes_, "mean": np.array([0.0]), "std": np.array([0.5])}
    for path in (case.original, case.compressed):
        write_model(path, case.weight / 2)
    case.run()
    assert case.json["accuracies"] == pytest.approx(plain["accuracies"], abs=0.01)


def test_images_that_are_no_pixels_are_compared_without_pictures_and_corruptions(case: Case) -> None:
    case.arrays["images"] = 4 * case.arrays["images"] - 2
    case.run()
    assert case.json["corrupted"] == []
    assert "are no pixels" in case.html
    assert "Most hurt" not in case.html


def test_a_temperature_is_fitted_where_there_are_validation_images(case: Case) -> None:
    case.run()
    assert [c["temperature"] for c in case.json["calibrations"]] == [None, None]
    assert "no validation images" in case.html
    write_model(case.compressed, 5 * case.weight)
    held_out = draw(400, seed=2)
    case.arrays |= {"validation_images": held_out["images"], "validation_labels": held_out["labels"]}
    case.run()
    before, after = case.json["calibrations"]
    assert after["temperature"] == pytest.approx(5 * before["temperature"], rel=1e-4)
    assert after["error_scaled"] == pytest.approx(before["error_scaled"], abs=1e-6)
    assert after["error_width"] > before["error_width"]


def test_a_known_data_set_is_taken_by_its_name(case: Case) -> None:
    rng = np.random.default_rng(0)
    for path in (case.original, case.compressed):
        write_model(path, rng.normal(size=(10, 1, 8, 8)), side=8)
    assert case.run("--data", "digits") == 1
    found = case.json
    assert found["data"]["name"] == "digits"
    assert found["classes"] == list("0123456789")


def test_unknown_images_may_be_given_and_need_no_labels(case: Case) -> None:
    np.savez(case.folder / "strange.npz", images=np.full((50, 1, 4, 4), 0.5, np.float32))
    case.run("--unknown", str(case.folder / "strange.npz"))
    found = case.json
    assert found["unknown"] == "strange"
    flat = predictions(case.weight, np.full((1, 1, 4, 4), 0.5))
    shares = np.exp(flat) / np.exp(flat).sum()
    known = predictions(case.weight, case.arrays["images"])
    known = np.exp(known) / np.exp(known).sum(1, keepdims=True)
    expected = (known.max(1) > shares.max()).mean()  # all unknown images are the same one
    assert found["outliers"]["max_softmax"] == pytest.approx([expected, expected], abs=0.005)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_single_image_is_compared_and_shows_nothing(case: Case, n) -> None:
    case.arrays = {name: values[:n] for name, values in case.arrays.items()}
    case.arrays["sources"] = np.zeros(n, int)
    assert case.run() == 1
    found = case.json
    assert found["equivalence"] == "not shown"
    assert found["change"]["interval"]["high"] - found["change"]["interval"]["low"] > 100


def test_the_same_run_gives_the_same_report(case: Case) -> None:
    case.run()
    first = case.html, case.json
    case.run()
    assert (case.html, case.json) == first
    case.run("--seed", "1")
    assert case.json["corrupted"] != first[1]["corrupted"]


def nan_model(case: Case) -> None:
    weight = case.weight.copy()
    weight[0, 0, 0, 0] = np.nan
    write_model(case.compressed, weight)


def with_arrays(**arrays: Any) -> Any:
    return lambda case: case.arrays.update(arrays)


BAD = {
    "a missing model": (lambda c: c.original.unlink(), "cannot read"),
    "no model": (lambda c: c.original.write_bytes(b"text"), "not a valid ONNX model"),
    "models of different classes": (lambda c: write_model(c.compressed, c.weight[:3]), "4 classes and .* 3"),
    "models of different inputs": (lambda c: write_model(c.compressed, np.ones((4, 1, 5, 5)), side=5), "same inputs"),
    "data of another size": (with_arrays(images=np.zeros((600, 1, 5, 5), np.float32)), "takes images"),
    "data of more channels": (with_arrays(images=np.zeros((600, 3, 4, 4), np.float32)), "takes images"),
    "NaN logits": (nan_model, "NaN or infinity for 600 of 600 images"),
    "NaN images": (with_arrays(images=np.full((600, 1, 4, 4), np.nan, np.float32)), "hold NaN"),
    "no labels": (lambda c: c.arrays.pop("labels"), "no labels"),
    "an image without a label": (with_arrays(labels=np.full(600, -1)), "images without a label"),
    "a label too large": (with_arrays(labels=np.full(600, 4)), "classes 0 to 3"),
    "too few labels": (with_arrays(labels=np.zeros(5, int)), "5,\\) for 600 images"),
    "labels that are no classes": (with_arrays(labels=np.zeros(600)), "whole number"),
    "no images": (with_arrays(images=np.zeros((0, 1, 4, 4), np.float32), labels=np.zeros(0, int)), "expected uint8"),
    "names for other classes": (with_arrays(classes=np.array(["a", "b"])), "names 2 classes"),
    "too many names": (with_arrays(classes=np.array(list("abcde"))), "4 classes, and data has 5"),
    "a group for some": (with_arrays(groups=np.zeros(5, int)), "groups in .* for 600 images"),
    "a group that is NaN": (with_arrays(groups=np.full(600, np.nan)), "every image a group"),
    "an unknown array": (with_arrays(lables=np.zeros(600)), "'lables', which means nothing"),
    "a mean without a std": (with_arrays(mean=np.zeros(1)), "but no std"),
    "a std of zero": (with_arrays(mean=np.zeros(1), std=np.zeros(1)), "above 0"),
    "pickled objects": (with_arrays(labels=np.array([{}] * 600, object)), "plain arrays"),
    "an unknown threshold": (lambda c: setattr(c, "gate", "[gate]\nchurns = 1"), "did you mean churn"),
    "a threshold of the wrong kind": (lambda c: setattr(c, "gate", '[gate]\nchurn = "1%"'), "churn='1%'"),
    "a threshold out of range": (lambda c: setattr(c, "gate", "[gate]\nchurn = 5"), "churn=5"),
    "a gate that is no TOML": (lambda c: setattr(c, "gate", "gate: 1"), "not TOML"),
    "a gate without a table": (lambda c: setattr(c, "gate", "churn = 0.1"), "under \\[gate\\]"),
    "the margin off": (lambda c: setattr(c, "gate", '[gate]\naccuracy_margin_points = "off"'), "give it a number"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_and_nothing_is_written(case: Case, capsys, name) -> None:
    spoil, message = BAD[name]
    case.out.write_text("an older report")
    spoil(case)
    assert case.run() == 2
    printed = capsys.readouterr()
    assert re.search(message, printed.err), printed.err
    assert printed.err.startswith("error: ") and printed.err.count("\n") == 1
    assert printed.out == ""
    assert case.out.read_text() == "an older report"
    assert not case.out.with_suffix(".json").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--data", "digits33"), "did you mean 'digits32'"),
        (("--data", "nowhere.npz"), "cannot read nowhere.npz"),
        (("--gate", "nowhere.toml"), "cannot read nowhere.toml"),
        (("--corrupted", "-1"), "corrupted=-1"),
        (("--out", "report.json"), "name it .html"),
        (("--out", "."), "is a folder"),
        (("--threads", "0"), "threads=0"),
    ],
)
def test_bad_options_are_named(case: Case, capsys, monkeypatch, options, message) -> None:
    monkeypatch.chdir(case.folder)
    before = {path.name for path in case.folder.iterdir()} | {"data.npz"}
    assert case.run(*options) == 2
    assert message in capsys.readouterr().err
    assert {path.name for path in case.folder.iterdir()} == before


def test_a_file_that_is_no_archive_is_refused(case: Case, capsys) -> None:
    np.save(case.folder / "array.npy", np.zeros(3))
    for content in (b"no zip", (case.folder / "array.npy").read_bytes()):
        other = case.folder / "other.npz"
        other.write_bytes(content)
        assert case.run("--data", str(other)) == 2
        assert "numpy.savez" in capsys.readouterr().err


def test_it_is_a_command_with_help_and_exit_status(case: Case) -> None:
    np.savez(case.folder / "data.npz", **case.arrays)
    command = [sys.executable, "-m", "compresslab.evaluation"]
    given = [str(case.original), str(case.compressed), "--data", str(case.folder / "data.npz"), "--corrupted", "0"]
    ran = subprocess.run([*command, *given], cwd=case.folder, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.endswith("report: report.html\n")
    assert (case.folder / "report.html").exists()
    shown = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
    for word in ("accuracy_margin_points = 1.0", 'divergence_nats = "off"', "validation_images"):
        assert word in shown


def test_numbers_become_three_parts_of_as_many_images_and_few_values_stay() -> None:
    from compresslab.report.samples import grouping

    found = grouping(np.random.default_rng(0).random(300))
    assert np.bincount(found.member).tolist() == [100, 100, 100]
    assert grouping(np.array([4, 2, 4, 0])).names == ("0", "2", "4")
    assert grouping(np.array([True, False])).names == ("False", "True")
    constant = grouping(np.full(9, 0.5))
    assert (constant.names, set(constant.member.tolist())) == (("0.5 to 0.5",), {0})
    assert len(list(itertools.chain(grouping(np.arange(100)).names))) == 3
