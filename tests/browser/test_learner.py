"""A learner of a class, in nbgrader's panels of JupyterLab: takes an assignment, validates it and hands it in."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from driving_browser import keep

from classroom.study import lab

pytestmark = pytest.mark.browser
PATIENCE = 300_000  # milliseconds
NAME = "straight_through"


def answered(root: Path, given: Path) -> None:
    """Write the solution's answers into what a learner was given."""
    master = nbformat.read(root / "solutions" / NAME / f"{NAME}.ipynb", 4)
    answers = {cell.id: cell.source for cell in master.cells if "### BEGIN SOLUTION" in cell.source}
    notebook = nbformat.read(given, 4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    nbformat.write(notebook, given)


def test_an_assignment_is_taken_validated_and_handed_in(instructors: Any, page: Any) -> None:
    root = instructors.work
    for command in ([sys.executable, "-m", "classroom", "release"], ["nbgrader", "release_assignment", NAME]):
        program = shutil.which(command[0], path=lab.environment()["PATH"]) or command[0]
        subprocess.run([program, *command[1:]], cwd=root, env=lab.environment(), check=True, capture_output=True)
    page.goto(f"{instructors.address}/lab?reset")
    page.wait_for_function("() => window.jupyterapp?.restored")
    page.evaluate("async () => { await window.jupyterapp.restored }")
    page.evaluate("() => { window.jupyterapp.commands.execute('nbgrader:open-assignment-list') }")
    panel = page.locator("#nbgrader-assignment-list")
    panel.get_by_role("button", name="Fetch", exact=True).click()
    submit = panel.get_by_role("button", name="Submit", exact=True)
    submit.wait_for()
    given = root / NAME / f"{NAME}.ipynb"
    panel.locator("a.assignment-notebooks-link").click()
    said = page.get_by_role("dialog")

    panel.get_by_role("button", name="Validate", exact=True).click()
    said.get_by_text("failed").first.wait_for()
    keep(page, "validated, nothing written")
    said.get_by_role("button").last.click()
    answered(root, given)
    panel.get_by_role("button", name="Validate", exact=True).click()
    said.get_by_text("Success").wait_for()
    keep(page, "validated, written")
    said.get_by_role("button").last.click()

    submit.click()
    panel.locator("#submitted_assignments_list").get_by_text(NAME).first.wait_for()
    keep(page, "handed in")
    inbound = root / ".grading" / "exchange" / "model_compression" / "inbound"
    (handed_in,) = inbound.glob(f"*+{NAME}+*/{NAME}.ipynb")
    assert handed_in.read_bytes() == given.read_bytes()
