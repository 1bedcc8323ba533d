"""The report of two ONNX files in a real browser: on a desk and on a phone, in light and in dark."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driving_browser import barriers, keep
from onnx_patterns import PATTERNS, draw, sharpened, write_model

from compresslab.report.command import main

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # milliseconds


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a model of which one class was damaged, on images of groups with long names."""
    folder = tmp_path_factory.mktemp("report")
    weight = sharpened()
    original = write_model(folder / "original.onnx", weight)
    weight[2] *= 0.2
    compressed = write_model(folder / "a-compressed-model-with-a-long-name.onnx", weight)
    arrays = draw()
    names = np.array(["taken by daylight", "taken in the evening without any lamp"])
    np.savez(folder / "data.npz", groups=names[np.arange(len(PATTERNS) * 150) % 2], **arrays)
    out = folder / "report.html"
    assert main([str(original), str(compressed), "--data", str(folder / "data.npz"), "--out", str(out)]) == 1
    return out


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_window_and_can_be_read(report: Path, chromium: Any, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    try:
        page = context.new_page()
        problems: list[str] = []
        page.on("requestfailed", lambda request: problems.append(request.url[:80]))
        page.on("console", lambda message: problems.append(message.text))
        page.goto(report.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        pictures = page.evaluate(
            "[...document.images].map(i => [i.complete && i.naturalWidth > 0, i.width, i.alt.length])"
        )
        assert len(pictures) == 7
        assert all(drawn and 0.8 * min(width, 576) <= wide <= width and alt > 40 for drawn, wide, alt in pictures)
        ink, paper = (
            page.evaluate(f"getComputedStyle(document.body).{what}.match(/[0-9]+/g).slice(0, 3).map(Number)")
            for what in ("color", "backgroundColor")
        )
        assert contrast(ink, paper) > 7
        assert (sum(paper) < 150) == (scheme == "dark")
        for mark in page.query_selector_all(".mark"):
            colour = mark.evaluate("e => getComputedStyle(e).color.match(/[0-9]+/g).slice(0, 3).map(Number)")
            card = page.evaluate(
                "getComputedStyle(document.querySelector('.verdict')).backgroundColor.match(/[0-9]+/g).map(Number)"
            )
            assert contrast(colour, card) > 4.5
        assert problems == barriers(page) == []
        keep(page, f"report-{width}-{scheme}")
    finally:
        context.close()


def contrast(first: list[int], second: list[int]) -> float:
    """Of two colours, as WCAG defines it."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: list[int]) -> float:
    parts = [value / 255 for value in colour[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
