"""What reaches a learner's eyes and ears in JupyterLab: seen in a real browser, 1,024 pixels wide."""

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import nbformat
import pytest
from driving_browser import keep, open_notebook, run

pytestmark = pytest.mark.browser
PATIENCE = 300_000  # milliseconds: what is waited for comes late on a busy machine

SMALL = """
from compresslab.explorers import memory_explorer
from compresslab.plots import Chart
from compresslab.plots.chart import blank
from compresslab.quiz import Prediction, checklist
size = Prediction("How large are 7 billion weights of 32 bits?", ["7 GB", "14 GB", "28 GB"])
size
# ---
size.reveal("28 GB", "Four bytes each.")
# ---
checklist([("the file was weighed", True, "28 GB"), ("it fits", False, "16 GB of memory")])
# ---
Chart(blank(1), "An empty figure, of no bytes.")
# ---
memory_explorer()
"""
MENUS = {"JupyterLab Light": "true", "JupyterLab Dark": "false"}


def write_small(work: Path) -> str:
    cells = [nbformat.v4.new_code_cell(part.strip()) for part in SMALL.split("# ---")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, work / "small.ipynb")
    return "work/small.ipynb"


def test_reveals_follow_choices_and_all_is_described_with_and_without_a_kernel(running: Any, page: Any) -> None:
    path = write_small(running.work)
    open_notebook(page, running.address, path)
    run(page, "notebook:run-all-cells")
    picture = page.get_by_alt_text(re.compile("Memory of 7 billion parameters"))
    picture.wait_for()

    asked, again = (page.get_by_role("group", name=name) for name in ("Predict.", "Your guess?"))
    again.wait_for()
    said = page.get_by_text("You said")
    assert said.filter(visible=True).count() == 0
    asked.get_by_label("14 GB").check()
    assert said.filter(visible=True).inner_text() == "You said 14 GB. The answer is 28 GB. Four bytes each."
    asked.get_by_label("28 GB").check()
    assert said.filter(visible=True).inner_text() == "You said 28 GB, and so it is. Four bytes each."
    assert not again.is_visible()

    assert page.get_by_alt_text("An empty figure, of no bytes.").is_visible()
    assert page.locator(".jp-Notebook img:not([alt]), .jp-Notebook img[alt='']").count() == 0
    for name in ("parameters", "context (bytes)"):
        page.get_by_role("slider", name=name).wait_for()
    page.get_by_role("slider", name="parameters").focus()
    page.keyboard.press("ArrowRight")
    picture.wait_for(state="detached")

    run(page, "docmanager:save")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    run(page, "kernelmenu:shutdown")
    page.reload()
    checks = page.get_by_role("row", name=re.compile("the file was weighed"))
    checks.wait_for()
    assert "✓ done" in checks.inner_text()
    for theme, is_light in MENUS.items():
        run(page, "apputils:change-theme", theme=theme)
        page.wait_for_selector(f"body[data-jp-theme-light={is_light}]", state="attached")
        again.get_by_label("7 GB", exact=True).check()
        assert said.filter(visible=True).inner_text().startswith("You said 7 GB.")
        shade = "e => getComputedStyle(e).color.match(/\\d+/g).map(Number)[0]"
        assert (said.filter(visible=True).evaluate(shade) < 128) == (is_light == "true")
        keep(page, f"reveals, {theme}")

    changed = (running.work / "small.ipynb").read_text().replace("16 GB", "8 GB")  # unlike what Lab signed
    (running.work / "untrusted.ipynb").write_text(changed)
    open_notebook(page, running.address, "work/untrusted.ipynb")
    page.get_by_text("The answer, without a guess").wait_for()
    assert said.filter(visible=True).count() == 0


def test_a_terminal_has_the_courses_python_and_code_needs_no_scrolling(running: Any, page: Any) -> None:
    open_notebook(page, running.address, "work/course/01_why_compression.ipynb")
    code = "[...document.querySelectorAll('.jp-Notebook .cm-scroller')]"
    line = "[...document.querySelectorAll('.jp-CodeCell .cm-line')]"
    wrapped = f"{line}.filter(e => e.offsetHeight > 1.5 * parseFloat(getComputedStyle(e).lineHeight)).length"
    page.wait_for_function("() => document.querySelectorAll('.jp-Notebook .cm-scroller').length > 20")
    keep(page, "chapter, unrun")
    assert page.evaluate(f"() => {code}.filter(e => e.scrollWidth > e.clientWidth).length") == 0
    assert page.evaluate(f"() => {wrapped}") > 0  # beside the list of files, which takes a quarter of the window
    run(page, "application:toggle-left-area")
    page.wait_for_function(f"() => {wrapped} === 0")

    run(page, "terminal:create-new")
    page.wait_for_selector(".jp-Terminal .xterm-helper-textarea", state="attached")
    seen = running.work / "seen.txt"
    for _ in range(20):  # what is typed before the shell is there may be lost
        page.keyboard.type(
            f"python -c 'import classroom, os; print(os.getcwd())' > {seen}.part && mv {seen}.part {seen}\n"
        )
        page.wait_for_timeout(5000)
        if seen.is_file():
            break
    keep(page, "terminal")
    assert seen.read_text().strip() == str(running.work.parent)


def test_an_exercise_run_as_a_whole_says_what_passed_and_ends_with_a_table(running: Any, page: Any) -> None:
    """One answer is there and nine are not: the run goes on behind each check that fails, to the last cell."""
    name = "ch01_why_compression"
    path = running.work / "exercises" / name / f"{name}.ipynb"
    notebook = nbformat.read(path, 4)
    answer = next(cell for cell in notebook.cells if "def memory_bytes" in cell.source)
    answer.source = answer.source.replace("raise NotImplementedError()", "return (parameters * bits + 7) // 8")
    nbformat.write(notebook, path)
    open_notebook(page, running.address, f"work/exercises/{name}/{name}.ipynb")
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets.forEach(cell => cell.inputHidden = true)"
    )
    run(page, "notebook:run-all-cells")
    row = page.get_by_role("row", name=re.compile("^memory_bytes"))
    row.wait_for()
    assert page.get_by_text("✓ passed, 1 point").count() > 1
    assert "✓ passed" in row.text_content()  # its inner text is empty as long as it is out of sight
    assert page.get_by_text(re.compile(r"^\d+ of 34 points of the visible checks\.")).count() == 1
    assert page.get_by_role("row", name=re.compile("^linear_macs .*to write")).count() == 1
    row.scroll_into_view_if_needed()
    keep(page, "table")


def test_at_its_first_start_it_asks_nothing_and_calls_nobody(running: Any) -> None:
    settings = f"{running.address}/lab/api/settings/@jupyterlab/apputils-extension:notification"
    with urllib.request.urlopen(settings) as answer:
        asked = json.load(answer)["schema"]["properties"]
    assert (asked["fetchNews"]["default"], asked["checkForUpdates"]["default"]) == ("false", False)
