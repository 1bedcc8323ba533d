"""A chapter becomes a page that needs no kernel: pictures in files, explorers that stand still, one title."""

import base64
from pathlib import Path

import ipywidgets as widgets
import nbformat
import pytest
from nbformat import NotebookNode

from compresslab.explorers import explore
from compresslab.plots import Chart
from compresslab.plots.chart import blank
from coursebook import pages

text, code, output = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell, nbformat.v4.new_output
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}


def made(tmp_path: Path, *cells: NotebookNode, **metadata: object) -> list[NotebookNode]:
    notebook = nbformat.v4.new_notebook(cells=[text("# 01 · Why?\n\nBegin."), *cells], metadata=KERNEL | metadata)
    return pages.page(notebook, "01_why.ipynb", tmp_path / "figures").cells


def test_a_picture_becomes_a_file_and_keeps_its_description(tmp_path: Path) -> None:
    chart = Chart(blank(1), "An empty figure, of no bytes.")
    bundle = chart._repr_mimebundle_() | {"image/png": base64.b64encode(chart.png()).decode()}
    _, cell = made(tmp_path, code("chart", outputs=[output("display_data", data=bundle)]))
    (shown,) = cell.outputs
    (file,) = (tmp_path / "figures").iterdir()
    assert list(shown.data) == ["text/html"]
    assert f'src="../figures/{file.name}"' in shown.data["text/html"]
    assert 'alt="An empty figure, of no bytes."' in shown.data["text/html"]
    assert file.read_bytes().startswith(b"\x89PNG")


def test_an_explorer_stands_still_and_says_where(tmp_path: Path) -> None:
    controls = {
        "share": widgets.FloatSlider(value=0.9, min=0, max=1, description="sparsity", readout_format=".0%"),
        "kind": widgets.Dropdown(options=["CSR", "2:4"], value="2:4", description="format"),
        "span": widgets.IntRangeSlider(value=(2, 8), min=1, max=9, description="bits"),
        "shown": widgets.Checkbox(value=True, description="change"),
    }
    view = explore(lambda **_: Chart(blank(1), "Bytes by <sparsity>."), controls)
    state = widgets.Widget.get_manager_state()["state"]
    bundle = {pages._VIEW: {"model_id": view.model_id}, "text/plain": "VBox()"}
    kept = {pages._STATE: {"state": state}}
    _, cell = made(tmp_path, code("x", outputs=[output("display_data", data=bundle)]), widgets=kept)
    html = cell.outputs[0].data["text/html"]
    assert "at sparsity: 90%; format: 2:4; bits: 2 to 8; change: yes." in html
    assert 'alt="Bytes by &lt;sparsity&gt;."' in html and "onload" not in html and "base64" not in html


def test_a_page_has_one_title_and_offers_its_notebook(tmp_path: Path) -> None:
    cells = made(tmp_path, text("# Second sitting\n\n## Predict"), text("## Once more"))
    assert cells[0].source == "# 01 · Why?\n\n{download}`Download the notebook <../notebooks/01_why.ipynb>`\n\nBegin."
    assert [cell.source.split("\n")[0] for cell in cells[1:]] == ["## Second sitting", "### Once more"]


@pytest.mark.parametrize("folded", [True, False])
def test_a_folded_cell_stays_folded(tmp_path: Path, folded: bool) -> None:
    metadata = {"jupyter": {"source_hidden": folded}}
    _, cell = made(tmp_path, code("x = 1", metadata=metadata, outputs=[output("stream", text="1")]))
    assert ("hide-input" in cell.metadata.get("tags", [])) == folded
    assert cell.outputs[0].text == "1"


def test_an_exercise_is_a_file_to_take(tmp_path: Path) -> None:
    _, cell = made(tmp_path, text("[ch01](../exercises/ch01/ch01.ipynb), [02](02_x.ipynb)"))
    assert cell.source == "[ch01](path:../exercises/ch01/ch01.ipynb), [02](02_x.ipynb)"
