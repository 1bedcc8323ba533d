"""The page of a class's compressed models in a real browser: on a desk and on a phone, in light and in dark."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from driving_browser import barriers, keep
from onnx import TensorProto, helper, numpy_helper

from classroom.capstone.exam import Exam, secret
from classroom.capstone.grade import Result, Row
from classroom.capstone.measure import measure, measure_baseline, this_process
from classroom.capstone.names import pseudonyms
from classroom.capstone.page import page as page_of
from compresslab.data import load

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # milliseconds
SEED = 20_261_130
NAMES_KEY = "twelve"
WIDTHS = (1280, 1024, 400)
# By learner, the random features of their network: one is as large as the baseline, and one knows next to nothing.
CLASS = {
    "anna.andersson@example.org": 300,
    "ben": 120,
    "Zoë Nguyễn": 60,
    "dora-with-a-very-long-user-name-of-forty-letters": 30,
    "emil_k": 16,
    "fay": 8,
    "gil": 1,
}
BASELINE = 300
REFUSED = {"<b>uwe</b>": "it calls itself quantized by jo@example.org", "kim": "no model.onnx was handed in"}


def network(features: int, seed: int) -> bytes:
    """Random features of a picture and the best linear layer on them: 8x8 digits to ten logits, solved and not trained.

    Args:
        features: how many.
        seed: of the features.
    """
    dataset = load("digits")
    random = np.random.default_rng(seed)
    inner = random.normal(0, 0.125, (64, features)).astype(np.float32)
    pictures = dataset.normalize(dataset.train.images).flatten(1).numpy()
    wanted = 2 * np.eye(10, dtype=np.float32)[dataset.train.labels.numpy()] - 1
    seen = np.maximum(pictures @ inner, 0)
    outer = np.linalg.solve(seen.T @ seen + 10 * np.eye(features, dtype=np.float32), seen.T @ wanted)
    tensors = {"flat": np.array([-1, 64]), "inner": inner, "outer": outer.astype(np.float32)}
    nodes = [
        helper.make_node("Reshape", ["images", "flat"], ["pixels"]),
        helper.make_node("MatMul", ["pixels", "inner"], ["mixed"]),
        helper.make_node("Relu", ["mixed"], ["features"]),
        helper.make_node("MatMul", ["features", "outer"], ["logits"]),
    ]
    ends = (
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 1, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 10])],
    )
    graph = helper.make_graph(nodes, "graph", *ends, [numpy_helper.from_array(v, k) for k, v in tensors.items()])
    made: onnx.ModelProto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    return made.SerializeToString()


@pytest.fixture(scope="module")
def exam() -> Exam:
    return secret("digits", SEED)


@pytest.fixture(scope="module")
def result(exam: Exam) -> Result:
    """A small class's, measured as the grader measures, in this process: the files are the test's own."""
    content = network(BASELINE, seed=0)
    baseline = measure_baseline(content, exam, this_process)
    rows = [
        Row(learner, measure(network(features, number), exam, baseline, this_process, number)[0])
        for number, (learner, features) in enumerate(CLASS.items(), 1)
    ]
    refused = [Row(learner, None, problem) for learner, problem in REFUSED.items()]
    return Result([*rows, *refused], exam, SEED, NAMES_KEY, len(content), len(rows))


def written(folder: Path, result: Result, names: Mapping[str, str]) -> Path:
    path = folder / "class.html"
    path.write_text(page_of(result, names), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def class_page(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As the command writes it by default."""
    return written(
        tmp_path_factory.mktemp("class"), result, pseudonyms([row.learner for row in result.rows], NAMES_KEY)
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_the_window_and_can_be_read(class_page: Path, chromium: Any, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    try:
        page = context.new_page()
        asked: list[str] = []
        problems: list[str] = []
        page.on("request", lambda request: asked.append(request.url[:80]))
        page.on("requestfailed", lambda request: problems.append(request.url[:80]))
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(class_page.as_uri())
        page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert all(url.startswith(("file:", "data:")) for url in asked) and problems == []
        pictures = page.evaluate("[...document.images].map(i => [i.naturalWidth > 0, i.width, i.height])")
        assert len(pictures) == 2
        assert all(drawn and 0.8 * min(width, 640) <= wide <= width and high > 100 for drawn, wide, high in pictures)
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")
        assert (sum(paper[:3]) < 150) == (scheme == "dark")
        keep(page, f"class-{width}-{scheme}")
        assert barriers(page) == problems == []
    finally:
        context.close()


def test_the_charts_say_what_they_show(class_page: Path, page: Any, result: Result) -> None:
    page.goto(class_page.as_uri())
    bytes_, time = page.evaluate("[...document.images].map(image => image.alt)")
    assert bytes_.startswith("Accuracy by bytes: 7 handed in, digits") and time.startswith("Accuracy by time: 7")
    smallest = min(row.measured.size_bytes for row in result.rows if row.measured)
    assert f"kB {smallest / 1000:.3g}" in bytes_, bytes_
    captions = page.evaluate("[...document.querySelectorAll('figcaption')].map(each => each.innerText.length)")
    assert len(captions) == 2 and min(captions) > 20


def test_it_names_no_learner_and_no_reason(class_page: Path, page: Any) -> None:
    page.goto(class_page.as_uri())
    whole = re.sub(r"base64,[\w+/=]+", "", page.content())
    for learner in (*CLASS, *REFUSED, "uwe", "example.org"):
        assert learner not in whole, learner
    assert str(SEED) not in whole and "2 files could not be measured" in whole
    names = set(pseudonyms([*CLASS, *REFUSED], NAMES_KEY).values())
    shown = page.evaluate("[...document.querySelectorAll('th[scope=row]')].map(each => each.innerText)")
    assert len(shown) == len(CLASS) + 1 and set(shown) < names | {"the baseline"}


def test_the_keyboard_reaches_and_moves_all_that_moves(class_page: Path, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 400, "height": 900})
    try:
        page = context.new_page()
        page.goto(class_page.as_uri())
        reachable = page.evaluate("document.querySelectorAll('a, button, input, select, summary, [tabindex]').length")
        moving = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1"
            " && getComputedStyle(e).overflowX != 'visible').map(e => e.getAttribute('aria-label'))"
        )
        assert moving == ["Leaderboard"] and reachable == 1
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Leaderboard"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.evaluate(  # `wait_for_function` needs what the page's own policy forbids
            "void (window.moved = new Promise(done => document.activeElement.addEventListener('scroll',"
            " event => event.target.scrollLeft > 20 && done(true))))"
        )
        page.keyboard.press("ArrowRight")
        assert page.evaluate("window.moved")
        left = "document.querySelector('th[scope=row]').getBoundingClientRect().left"
        assert page.evaluate(left) >= 0, "whose row it is stays in sight"
        keep(page, "class-keyboard")
    finally:
        context.close()


def test_ids_of_any_length_and_markup_are_shown_as_they_are(result: Result, page: Any, tmp_path: Path) -> None:
    names = {row.learner: row.learner for row in result.rows}
    names |= {"ben": "<script>alert(1)</script>", "fay": r"$\frac{$"}  # the second is a formula, and a broken one
    page.goto(written(tmp_path, result, names).as_uri())
    shown = page.evaluate("[...document.querySelectorAll('th[scope=row]')].map(each => each.innerText)")
    assert {"<script>alert(1)</script>", r"$\frac{$", "Zoë Nguyễn"} < set(shown)
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    keep(page, "class-ids")


def test_a_class_without_a_measured_file_has_a_page_too(result: Result, page: Any, tmp_path: Path) -> None:
    rows = [row for row in result.rows if row.problem]
    empty = Result(rows, result.exam, SEED, NAMES_KEY, result.baseline_bytes, 0)
    page.goto(written(tmp_path, empty, {row.learner: "someone" for row in rows}).as_uri())
    assert "No file could be measured." in page.inner_text("main")
    assert barriers(page) == []
    keep(page, "class-empty")


def test_the_networks_differ_as_a_classs_do(result: Result) -> None:
    """Else the page would show seven equal rows."""
    measured = [row.measured for row in result.rows if row.measured]
    assert len({each.size_bytes for each in measured}) == len(CLASS)
    assert torch.tensor([each.accuracy for each in measured]).std() > 0.1
