"""What the charts show, read back from matplotlib and from the files: data, labels, alt text, and no overlaps."""

import base64
import re
from html import unescape
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.text import Annotation
from PIL import Image

from compresslab.benchmark import Ratio
from compresslab.data import load
from compresslab.errors import InputError
from compresslab.evaluation import Interval, wilson
from compresslab.plots import Chart, Point, accuracy_vs_size, learning_curves, sample_page, speedup_chart
from compresslab.training import Epoch

NAMES = ["baseline", "pruned", "distilled", "quantized", "pruned+distilled+quantized"]


def point(name: str, size_bytes: int, correct: int, kind: str) -> Point:
    return Point(name, size_bytes, correct / 4000, wilson(correct, 4000), kind)


POINTS = [
    point("baseline", 2_808_668, 3770, "fp32"),
    point("pruned", 2_808_668, 3742, "fp32"),
    point("distilled", 722_000, 3650, "fp32"),
    point("quantized", 752_398, 3765, "int8"),
    point("pruned+distilled+quantized", 222_000, 3632, "int8"),
]
CROWD = [
    point(f"width {w} {kind}", int(w * w * bytes_), int(4000 * (0.95 - 0.2 / w)), kind)
    for w in (4, 8, 12, 16, 24, 32)
    for kind, bytes_ in (("fp32", 10_975), ("int8", 2_939))
]


def ratio(name: str, value: float) -> Ratio:
    return Ratio(name, "eager", value, Interval(0.9 * value, 1.1 * value, 0.95), rounds=200)


RATIOS = [ratio(name, value) for name, value in zip(["eager", *NAMES], [1, 1.6, 0.8, 4.2, 3.9, 12], strict=True)]


def history(epochs: int, final: float) -> list[Epoch]:
    return [
        Epoch(e, 0.1, 2 / e, final - 0.3 / e, 2.2 / e, final - 0.4 / e + 0.4 / epochs, 9.0)
        for e in range(1, epochs + 1)
    ]


HISTORIES = {"baseline": history(10, 0.95), "student": history(6, 0.9)}


@pytest.fixture(scope="module")
def charts() -> dict[str, Chart]:
    return {
        "size": accuracy_vs_size(POINTS, data="digits32"),
        "speed": speedup_chart(RATIOS, data="digits32", machine="a CPU, 1 thread"),
        "curves": learning_curves(HISTORIES, data="digits32"),
        "page": sample_page(load("digits"), rows=2, columns=5),
    }


def test_files_are_png_and_carry_their_description(charts, tmp_path) -> None:
    for name, chart in charts.items():
        path = chart.save(tmp_path / "new" / f"{name}.png")
        with Image.open(path) as image:
            assert image.format == "PNG"
            assert image.width == 1152
            assert image.text["Description"] == chart.alt
    assert len(list((tmp_path / "new").iterdir())) == len(charts)


def test_a_notebook_gets_the_picture_and_the_words(charts) -> None:
    data = charts["speed"]._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == charts["speed"].alt
    alt, image = re.fullmatch(r'<img alt="([^"]+)" .* src="data:image/png;base64,([^"]+)">', data["text/html"]).groups()
    assert unescape(alt) == charts["speed"].alt
    assert base64.b64decode(image) == data["image/png"]


def test_a_description_with_quotes_and_tags_stays_one(charts) -> None:
    html = Chart(charts["speed"].figure, 'a "<b>" & c').html()
    assert html.startswith('<img alt="a &quot;&lt;b&gt;&quot; &amp; c" ')


def test_every_chart_names_its_data_in_picture_and_words(charts) -> None:
    for name, chart in charts.items():
        data = "digits" if name == "page" else "digits32"
        assert data in chart.figure.get_suptitle()
        assert data in chart.alt


def test_charts_leave_matplotlib_as_it_was(tmp_path) -> None:
    before = dict(mpl.rcParams)
    accuracy_vs_size(POINTS, data="digits32").save(tmp_path / "chart.png")
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


def test_axes_have_units(charts) -> None:
    (size,) = charts["size"].figure.axes
    assert size.get_xlabel().startswith("size of the file (MB")
    assert size.get_ylabel() == "top-1 accuracy (%)"
    assert charts["speed"].figure.axes[0].get_xlabel() == "times as fast as eager (dashed line: 1x)"
    assert [a.get_ylabel() for a in charts["curves"].figure.axes] == ["top-1 accuracy (%)", "loss (nats)"]


@pytest.mark.parametrize("points", [POINTS, CROWD, POINTS[:1]], ids=["capstone", "crowd", "single"])
def test_labels_cover_neither_each_other_nor_the_legend_and_stay_inside(points) -> None:
    figure = accuracy_vs_size(points, data="digits32").figure
    figure.draw_without_rendering()
    (axis,) = figure.axes
    labels = [child for child in axis.get_children() if isinstance(child, Annotation)]
    assert [label.get_text().split("\n")[0] for label in labels] == [p.name for p in points]
    boxes = [mpl.text.Text.get_window_extent(label) for label in labels]
    legend = figure.legends[0].get_window_extent()
    assert not [pair for pair in combinations([*boxes, legend], 2) if pair[0].overlaps(pair[1])]
    inside = axis.get_window_extent()
    assert not inside.overlaps(legend)
    assert all(inside.contains(*corner) for box in boxes for corner in box.corners())


def test_no_marker_of_the_capstone_chart_is_covered_by_a_label() -> None:
    figure = accuracy_vs_size(POINTS, data="digits32").figure
    figure.draw_without_rendering()
    (axis,) = figure.axes
    boxes = [mpl.text.Text.get_window_extent(child) for child in axis.get_children() if isinstance(child, Annotation)]
    for container in axis.containers:
        for marker in axis.transData.transform(container.lines[0].get_xydata()):
            assert not [box for box in boxes if box.contains(*marker)]


def test_points_stand_at_their_size_and_accuracy_with_their_interval() -> None:
    (axis,) = accuracy_vs_size(POINTS[2:], data="digits32").figure.axes
    drawn = {}
    for container in axis.containers:
        line, _, (bars,) = container
        for (x, y), segment in zip(line.get_xydata(), bars.get_segments(), strict=True):
            drawn[round(y, 6)] = (x, *segment[:, 1])
    for p in POINTS[2:]:
        x, low, high = drawn[round(100 * p.accuracy, 6)]
        assert x == pytest.approx(p.size_bytes / 1e6)
        assert (low, high) == pytest.approx((100 * p.interval.low, 100 * p.interval.high))
    assert axis.get_xscale() == "log"


def test_models_of_one_size_stand_at_it_and_their_intervals_end_in_different_widths() -> None:
    (axis,) = accuracy_vs_size(POINTS[:2], data="digits32").figure.axes
    places = [container.lines[0].get_xydata()[0, 0] for container in axis.containers]
    assert places == pytest.approx([p.size_bytes / 1e6 for p in POINTS[:2]])
    widths = [container.lines[1][0].get_markersize() for container in axis.containers]
    assert widths[1] - widths[0] >= 4
    assert [text.get_text() for text in axis.figure.legends[0].get_texts()].count(POINTS[0].kind) == 1


def test_the_frontier_steps_through_the_best_and_is_named_in_words() -> None:
    points = [
        point("tiny", 100_000, 3600, "int8"),
        point("beaten", 200_000, 3500, "int8"),
        point("large", 400_000, 3700, "fp32"),
    ]
    chart = accuracy_vs_size(points, data="digits32")
    (axis,) = chart.figure.axes
    (line,) = [line for line in axis.lines if line.get_label() == "best at its size"]
    np.testing.assert_allclose(line.get_xydata()[:3], [(0.1, 90), (0.4, 90), (0.4, 92.5)])
    assert line.get_xydata()[-1][0] == axis.get_xlim()[1]
    assert chart.alt.endswith("Best at its size: tiny, large.")
    assert "beaten: 0.2 MB, 87.5%" in chart.alt


def test_bars_are_the_ratios_the_first_on_top(charts) -> None:
    (axis,) = charts["speed"].figure.axes
    assert [bar.get_width() for bar in axis.patches] == [r.value for r in RATIOS]
    heights = [axis.transData.transform((0, bar.get_y()))[1] for bar in axis.patches]
    assert heights == sorted(heights, reverse=True)
    assert [label.get_text() for label in axis.get_yticklabels()] == ["eager", *NAMES]
    assert "pruned 0.80x [0.72, 0.88]" in charts["speed"].alt
    reference, faster, slower, *others = [bar.get_facecolor() for bar in axis.patches]
    assert len({reference, faster, slower}) == 3
    assert set(others) == {faster}


def test_curves_are_the_history(charts) -> None:
    accuracy, loss = charts["curves"].figure.axes
    full, dotted = accuracy.lines[:2]
    epochs = HISTORIES["baseline"]
    np.testing.assert_allclose(full.get_ydata(), [100 * e.validation_accuracy for e in epochs])
    np.testing.assert_allclose(dotted.get_ydata(), [100 * e.train_accuracy for e in epochs])
    np.testing.assert_allclose(loss.lines[0].get_ydata(), [e.validation_loss for e in epochs])
    assert [text.get_text() for text in accuracy.get_legend().get_texts()] == list(HISTORIES)
    assert "baseline ends at 95.0% after 10 epochs" in charts["curves"].alt


def test_more_runs_than_colours_are_all_drawn() -> None:
    many = {str(i): history(2, 0.9) for i in range(10)}
    assert len(learning_curves(many, data="digits32").figure.axes[0].lines) == 20


def test_a_page_shows_images_under_their_own_class() -> None:
    digits = load("digits")
    figure = sample_page(digits, "test", rows=3, columns=4).figure
    assert len(figure.axes) == 12
    pool = {
        (image.numpy().tobytes(), label)
        for image, label in zip(digits.test.images, digits.test.labels.tolist(), strict=True)
    }
    for axis in figure.axes:
        shown = np.asarray(axis.images[0].get_array()).astype(np.uint8)
        assert (shown.tobytes(), int(axis.get_title())) in pool
    again = sample_page(digits, "test", rows=3, columns=4, seed=1).figure
    assert [a.get_title() for a in again.axes] != [a.get_title() for a in figure.axes]


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="points is empty"):
        accuracy_vs_size([], data="digits32")
    with pytest.raises(InputError, match="0 references"):
        speedup_chart([], data="digits32", machine="")
    other = Ratio("x", "another", 1, Interval(1, 1, 0.95), 9)
    with pytest.raises(InputError, match="2 references"):
        speedup_chart([*RATIOS, other], data="digits32", machine="")
    with pytest.raises(InputError, match="histories is empty"):
        learning_curves({}, data="digits32")
    with pytest.raises(InputError, match="a run in it is"):
        learning_curves({"a": []}, data="digits32")
    with pytest.raises(InputError, match="rows x columns = 1000000"):
        sample_page(load("digits"), rows=1000, columns=1000)
