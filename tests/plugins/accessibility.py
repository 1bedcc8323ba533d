"""What bars people from a page in a browser, by axe, and pictures of pages for people to look at."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

SEVERE = ("serious", "critical")
# Formulas are hundreds of shapes each: MathJax gives them their text for readers of screens.
_LEFT_OUT = [[".MathJax"]]


def barriers(page: Any) -> list[str]:
    """The serious and critical violations that axe finds on a page, each with an element."""
    found = Axe().run(page, context={"exclude": _LEFT_OUT}, options={"resultTypes": ["violations"]})
    return [
        f"{violation['id']} ({len(violation['nodes'])}): {violation['help']}: {violation['nodes'][0]['html'][:160]}"
        for violation in found.response["violations"]
        if violation["impact"] in SEVERE or violation["id"] == "heading-order"
    ]


def keep(page: Any, name: str) -> None:
    """Keep a picture in the folder that `COMPRESSLAB_SCREENSHOTS` names."""
    if folder := os.environ.get("COMPRESSLAB_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")
