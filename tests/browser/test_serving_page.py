"""The server's page in a real browser: an image is dropped, and the answers of two versions stand side by side."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from driving_browser import barriers, keep
from PIL import Image
from served_models import NAME, registry_of

from compresslab.serving import LocalServer

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # milliseconds
DROP = """async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const dropped = new DataTransfer();
    dropped.items.add(new File([bytes], "digit.png", { type: "image/png" }));
    document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true }));
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    with LocalServer(registry_of(tmp_path_factory.mktemp("served"), "good", "turned"), NAME) as found:
        found.load(2)
        found.canary(2, share=0.25)
        yield found


def png() -> bytes:
    """Four pixels, of which the last one is the brightest: "d" for the good version, "a" for the turned one."""
    image = Image.new("L", (2, 2))
    image.putdata([0, 60, 120, 255])
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def test_a_dropped_image_is_answered_by_both_versions(server: LocalServer, page: Any) -> None:
    problems: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.url)
    page.get_by_text("version 1 is live, version 2 beside it with 25% of the requests").wait_for()
    page.evaluate(DROP, base64.b64encode(png()).decode())
    page.get_by_text("The two disagree.").wait_for()
    titles = page.locator("section h2").all_inner_texts()
    assert titles == ["Version 1, live: d", "Version 2, beside it: a"]
    boxes = [panel.bounding_box() for panel in page.locator("section").all()]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"], "side by side"
    assert page.get_by_alt_text("the image digit.png").is_visible()
    assert problems == []
    assert all(url.startswith((server.url, "blob:")) for url in asked), "nothing comes from elsewhere"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert barriers(page) == []
        keep(page, f"serving-{scheme}")


def test_a_file_that_is_no_image_is_explained_and_the_next_one_works(server: LocalServer, page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(server.url)
    chosen = page.locator("#file")
    chosen.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.get_by_text("the body is no whole PNG or JPEG").wait_for()
    chosen.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": png()})
    page.get_by_text("The two disagree.").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
