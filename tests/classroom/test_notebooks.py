from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from run_notebook import execute

from classroom.__main__ import main


def write(path: Path, *cells: tuple[str, dict[str, object]]) -> Path:
    made = [nbformat.v4.new_code_cell(source, metadata={"nbgrader": marks} if marks else {}) for source, marks in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


def test_a_notebook_runs_in_its_own_folder_and_stops_at_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "fine.ipynb", ("import os; print(os.getcwd())", {}), ("1 / 0", {}), ("print('later')", {}))
    before = path.read_bytes()
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(path)
    executed = execute(path, go_on=True)
    assert executed.cells[0].outputs[0].text.strip() == str(tmp_path)
    assert executed.cells[2].outputs[0].text == "later\n"
    assert path.read_bytes() == before


def test_a_command_that_cannot_do_it_says_so_and_exits_with_2(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (["check", "absent.ipynb"], ["release"], ["judge", "absent.ipynb"]):
        assert main(arguments) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
