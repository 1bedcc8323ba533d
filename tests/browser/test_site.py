"""The site as a reader gets it: built without network, every link sound, and all that a page loads lies beside it."""

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driving_browser import barriers, keep
from executed_chapters import as_it_ran

from coursebook.chapters import chapters, read, title
from coursebook.links import faults

PATIENCE = 60_000  # milliseconds
SEVERE = {"serious", "critical"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the command, from chapters that the tests execute, where there is no network."""
    for path in chapters():
        as_it_ran(path, in_this_run=False)
    out = tmp_path_factory.mktemp("book")
    locked = ["bwrap", "--dev-bind", "/", "/", "--unshare-net"] if shutil.which("bwrap") else []
    command = [*locked, sys.executable, "-m", "coursebook", "--out", str(out)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    assert made.stdout.splitlines()[-1] == (out / "html" / "index.html").as_uri()
    return out / "html"


def test_every_link_leads_somewhere(site: Path) -> None:
    assert faults(site) == []


def test_every_chapter_is_a_page_with_its_notebook_and_its_neighbours(site: Path) -> None:
    paths = chapters()
    for path, following in zip(paths, [*paths[1:], None], strict=True):
        page = (site / "course" / f"{path.stem}.html").read_text(encoding="utf-8")
        assert f"<h1>{title(read(path).cells)}" in page
        if following:
            assert f'href="{following.stem}.html"\n       title="next page"' in page
        (offered,) = (site / "_downloads").glob(f"*/{path.name}")
        assert json.loads(offered.read_text()) == json.loads(path.read_text())
        assert "application/vnd.jupyter" not in page and "data:image" not in page
        assert page.count('<figure class="explorer">') >= 1


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Of a plain server of files."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


OVERVIEWS = ("index", "claims", "sources", "guesses", "course/GLOSSARY", "search")
PAGES = [*OVERVIEWS, *(f"course/{path.stem}" for path in chapters())]
# What axe reads, which takes it seconds a page: of the chapters, which are made alike, a few.
READ = {"light": {*OVERVIEWS, *PAGES[len(OVERVIEWS) :: 7]}, "dark": {"index", "guesses", PAGES[-2]}}
CODED = {PAGES[len(OVERVIEWS)], PAGES[-2]}  # the colours of code are the same on every page
if os.environ.get("ALL_CHAPTERS"):
    READ = {scheme: set(PAGES) for scheme in READ}


def is_error(message: Any) -> bool:
    """Whether the console shows one; MathJax tries whether fonts can be loaded with one that can't."""
    return message.type == "error" and "about:blank" not in (message.text + message.location["url"])


@pytest.mark.browser
@pytest.mark.parametrize("scheme", READ)
def test_its_pages_load_nothing_from_elsewhere_and_bar_nobody(address: str, chromium: Any, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": 1024, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    problems: list[str] = []
    known = (address, "data:", "about:")
    page.on("request", lambda request: request.url.startswith(known) or problems.append(request.url))
    page.on(
        "console",
        lambda message: problems.append(f"{message.text} {message.location['url']}") if is_error(message) else None,
    )
    page.on("pageerror", lambda error: problems.append(str(error)))
    try:
        for name in PAGES:
            page.goto(f"{address}/{name}.html")
            assert page.evaluate("document.documentElement.scrollWidth") <= 1024, name
            if name in READ[scheme]:
                problems += [f"{name}: {barrier}" for barrier in barriers(page, code=name in CODED)]
                keep(page, f"site-{name.replace('/', '-')}-{scheme}")
    finally:
        context.close()
    assert problems == []


@pytest.mark.browser
def test_from_a_disk_it_typesets_keeps_a_guess_and_finds_words(site: Path, page: Any) -> None:
    chapter = site / "course" / "01_why_compression.html"
    page.goto(chapter.as_uri())
    page.locator("span.MathJax").first.wait_for()
    asked = page.get_by_role("group", name="Predict.").first
    asked.get_by_role("radio").first.check()
    assert page.get_by_text("You said").filter(visible=True).count() == 1
    page.reload()
    assert page.get_by_text("You said").filter(visible=True).count() == 1, "the guess is kept"
    page.goto((site / "guesses.html").as_uri())
    row = page.get_by_role("row", name="01 · Why Compression?")
    assert row.get_by_role("cell").nth(1).inner_text() == "1"
    page.goto((site / "search.html").as_uri() + "?q=movement")
    page.locator("#search-results li").first.wait_for()
    assert "Movement Pruning" in page.locator("#search-results").inner_text()
