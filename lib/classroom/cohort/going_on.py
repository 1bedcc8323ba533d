"""A tag by which *Run All Cells* goes on behind a check that fails; `nbgrader_config.py` has each release get it.

JupyterLab and nbclient stop at the first cell that raises, unless it has this tag: a learner who has written the third
function and not the second would see no check of the third, nor the table at the end. A grade doesn't depend on it:
nbgrader, which goes on behind every error anyway, reads what the cell has put out, and the judge reads no metadata.
"""

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor  # type: ignore[import-untyped]
from nbgrader.utils import is_locked, is_solution  # type: ignore[import-untyped]

TAG = "raises-exception"


class GoOn(NbGraderPreprocessor):  # type: ignore[misc]
    """Tags the code cells that raise while an answer is missing or wrong: checks, and measurements with the answers.

    A cell that sets up, and an answer itself, stop the run as ever: nothing after them would mean anything.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, object], cell_index: int
    ) -> tuple[NotebookNode, dict[str, object]]:
        """Tag a cell, once.

        Args:
            cell: of a notebook that is being released.
            resources: nbconvert's, handed on as they are.
            cell_index: its place.

        >>> cell = NotebookNode(cell_type="code", metadata=NotebookNode(tags=["slow"]))
        >>> GoOn().preprocess_cell(cell, {}, 0)[0].metadata.tags
        ['slow', 'raises-exception']
        """
        given = is_locked(cell) and not cell.metadata["nbgrader"].get("grade")
        if cell.cell_type == "code" and not is_solution(cell) and not given:
            tags = cell.metadata.get("tags", [])
            cell.metadata["tags"] = tags if TAG in tags else [*tags, TAG]
        return cell, resources
