"""From a chapter as it ran to a page of the site: pictures in files of their own, and explorers that stand still."""

import base64
import hashlib
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from coursebook.chapters import sittings

FIGURES = "figures"  # beside the pages' folder, on the site
_VIEW, _STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"
_PICTURE = re.compile(r'src="data:image/png;base64,([^"]+)"')
_ELEMENT = re.compile(r'<img alt="([^"]*)"[^>]*?src="data:image/png;base64,([^"]+)"[^>]*>')


def page(notebook: NotebookNode, name: str, figures: Path) -> NotebookNode:
    """A chapter as a page for myst-nb.

    Args:
        notebook: the chapter, as it ran.
        name: of its file, which the page offers for download from the folder `notebooks` beside its own.
        figures: the folder that gets its pictures; the page finds it as `../figures`.
    """
    state = notebook.metadata.get("widgets", {}).get(_STATE, {}).get("state", {})
    cells = _with_one_title(notebook.cells)
    first, _, rest = cells[0].source.partition("\n")
    cells[0].source = f"{first}\n\n{{download}}`Download the notebook <../notebooks/{name}>`\n{rest}"
    for cell in cells:
        if cell.cell_type == "markdown":  # an exercise is a file to take, not a page
            cell.source = cell.source.replace("](../exercises/", "](path:../exercises/")
        elif cell.cell_type == "code":
            cell.outputs = [_output(output, state, figures) for output in cell.outputs]
            if cell.metadata.get("jupyter", {}).get("source_hidden"):
                cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": notebook.metadata.kernelspec})


def _with_one_title(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """The cells, in which only the first sitting has a heading of the first level: a page has one title."""
    first, *others = sittings(cells)
    for cell in (cell for sitting in others for cell in sitting if cell.cell_type == "markdown"):
        cell.source = re.sub(r"^(#+ )", r"#\1", cell.source, flags=re.MULTILINE)
    return [cell for sitting in (first, *others) for cell in sitting]


def _output(output: NotebookNode, state: dict[str, Any], figures: Path) -> NotebookNode:
    data = output.get("data", {})
    if _VIEW in data:
        html = still(data[_VIEW]["model_id"], state)
    elif "text/html" in data:
        html = data["text/html"]
    else:
        return output
    html = _PICTURE.sub(lambda found: f'src="../{FIGURES}/{_kept(found[1], figures)}"', html)
    return nbformat.v4.new_output("display_data", data={"text/html": html})


def still(view: str, state: dict[str, Any]) -> str:
    """An explorer without a kernel: its picture, and at which settings it was drawn.

    Args:
        view: the id of its outermost widget.
        state: of all widgets, by id, as the notebook keeps it.
    """
    children = [state[name.removeprefix("IPY_MODEL_")] for name in state[view]["state"]["children"]]
    *controls, picture = children
    drawn = _ELEMENT.search(picture["state"]["value"])
    if drawn is None:
        raise ValueError("an explorer's last widget holds no picture")
    settings = "; ".join(_setting(control["state"]) for control in controls)
    return (
        f'<figure class="explorer"><img alt="{drawn[1]}" src="data:image/png;base64,{drawn[2]}">'
        f"<figcaption>An explorer, standing still, at {escape(settings)}. "
        "Its controls work in the notebook.</figcaption></figure>"
    )


def _setting(control: dict[str, Any]) -> str:
    """A control's name and value, as it shows them."""
    name = control["description"]
    if (labels := control.get("_options_labels")) is not None:
        chosen = control["index"]
        values = [labels[place] for place in (chosen if isinstance(chosen, list) else [chosen])]
    else:
        value = control["value"]
        values = [_formatted(each, control) for each in (value if isinstance(value, list) else [value])]
    return f"{name}: {' to '.join(values)}"


def _formatted(value: Any, control: dict[str, Any]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    shape = control.get("readout_format", "")
    return format(value, "g" if shape in ("", "d") else shape)


def _kept(encoded: str, figures: Path) -> str:
    """The name of a picture's file, which is written unless it is there."""
    content = base64.b64decode(encoded)
    name = f"{hashlib.sha256(content).hexdigest()[:16]}.png"
    figures.mkdir(parents=True, exist_ok=True)
    if not (figures / name).is_file():
        (figures / name).write_bytes(content)
    return name
