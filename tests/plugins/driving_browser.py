"""What tests do with pages of a real browser: have axe read them, keep pictures of them, work in JupyterLab."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

SEVERE = ("serious", "critical")
# Formulas are hundreds of shapes each: MathJax gives them their text for readers of screens.
_LEFT_OUT = [[".MathJax"]]
_OPTIONS = {"resultTypes": ["violations"], "preload": False}  # it would load style sheets again, from wrong addresses


def barriers(page: Any, *, code: bool = True) -> list[str]:
    """The serious and critical violations that axe finds on a page, each with an element.

    Args:
        page: of the browser.
        code: whether it reads coloured code too, of which each word takes it as long as a paragraph.
    """
    left_out = _LEFT_OUT if code else [*_LEFT_OUT, [".highlight"]]
    found = Axe().run(page, context={"exclude": left_out}, options=_OPTIONS)
    return [
        f"{violation['id']} ({len(violation['nodes'])}): {violation['help']}: {violation['nodes'][0]['html'][:160]}"
        for violation in found.response["violations"]
        if violation["impact"] in SEVERE or violation["id"] == "heading-order"
    ]


def keep(page: Any, name: str) -> None:
    """Keep a picture in the folder that `COMPRESSLAB_SCREENSHOTS` names."""
    if folder := os.environ.get("COMPRESSLAB_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def run(page: Any, command: str, **arguments: object) -> None:
    """Call a command of JupyterLab, as its menus do, and wait for nothing."""
    page.evaluate("([name, given]) => { window.jupyterapp.commands.execute(name, given) }", [command, arguments])


def open_notebook(page: Any, address: str, path: str) -> None:
    """Open a notebook in JupyterLab, and wait for its kernel."""
    page.goto(f"{address}/lab/tree/{path}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function("() => window.jupyterapp.shell.currentWidget?.sessionContext?.isReady")
