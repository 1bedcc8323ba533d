"""Chapters as a learner has them: run in JupyterLab to the end, an explorer dragged, a question answered, all in view.

Three of them by default, which take the least time; all of them where ALL_CHAPTERS is set (`make browser-all`).
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from driving_browser import keep, open_notebook, run

pytestmark = pytest.mark.browser
PATIENCE = 900_000  # milliseconds
QUICK_ONES = ("15_", "16_", "17_")
CHAPTERS = sorted(path.stem for path in (Path(__file__).parents[2] / "course").glob("[0-9]*.ipynb"))
CHOSEN = [name for name in CHAPTERS if os.environ.get("ALL_CHAPTERS") or name.startswith(QUICK_ONES)]
ENDED = """() => {
    const panel = window.jupyterapp.shell.currentWidget;
    const code = panel.content.widgets.filter(
        (cell) => cell.model.type === "code" && cell.model.sharedModel.source.trim());
    const raised = code.some((cell) => cell.outputArea.model.toJSON().some((output) => output.output_type === "error"));
    return raised || (panel.sessionContext.session.kernel.status === "idle"
        && code.every((cell) => cell.model.executionCount));
}"""
RAISED = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter((cell) => cell.model.type === "code")
    .flatMap((cell) => cell.outputArea.model.toJSON())
    .filter((output) => output.output_type === "error").map((output) => `${output.ename}: ${output.evalue}`)"""
WIDE = """() => [...document.querySelectorAll(".jp-Notebook .cm-scroller, .jp-Notebook .jp-MarkdownOutput")]
    .filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.innerText.slice(0, 60))"""
VALUE = "(control) => control.value ?? control.getAttribute('aria-valuenow')"  # of a menu, or a slider's handle
SHOW = """(words) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const place = notebook.widgets.findIndex((cell) => cell.model.sharedModel.source.includes(words));
    notebook.activeCellIndex = place;
    return notebook.scrollToItem(place, "start");
}"""


@pytest.mark.parametrize("name", CHOSEN)
def test_it_runs_to_its_end_explores_and_asks(running: Any, page: Any, name: str) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    open_notebook(page, running.address, f"work/course/{name}.ipynb")
    run(page, "notebook:run-all-cells")
    page.wait_for_function(ENDED)
    assert page.evaluate(RAISED) == []

    page.evaluate(SHOW, "_explorer(")
    control = page.locator(".jp-OutputArea .widget-vbox").locator("[role=slider], select").first
    control.focus()
    picture = page.locator(".jp-OutputArea .widget-vbox img").first
    before, at = picture.get_attribute("src"), control.evaluate(VALUE)
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):  # at an end of its range, it goes one way only
        page.keyboard.press(key)
        if control.evaluate(VALUE) != at:
            break
    page.wait_for_function("([old]) => document.querySelector('.widget-vbox img').src !== old", arg=[before])
    keep(page, f"explorer-{name}")

    page.evaluate(SHOW, "Prediction(")
    asked = page.get_by_role("group", name=re.compile("Predict")).first
    asked.get_by_role("radio").last.check()
    page.evaluate(SHOW, ".reveal(")
    page.get_by_text("You said").filter(visible=True).first.wait_for()
    keep(page, f"reveal-{name}")
    assert page.evaluate(WIDE) == []  # of code, text and formulas, beside the list of files
    assert problems == []
