"""A chapter is executed once: until it, its claims, the library or a record changes."""

from pathlib import Path

import nbformat
import pytest

from coursebook import executed, said

CLAIMS = """
[mistakes]
"it is small" = "size = 9"

[said]
"it is four" = "size == 4"
"it is large" = "size > 5"
"""


@pytest.fixture
def chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A chapter that counts its runs in a file."""
    code = nbformat.v4.new_code_cell
    cells = [
        nbformat.v4.new_markdown_cell("# 01 · Why?"),
        code("size = 4\nprint(size)\nwith open('runs', 'a') as file:\n    _ = file.write('x')"),
        code("limit = 5"),
        code("from compresslab.quiz import checklist\nchecklist(\n    [('it is small', size < limit, '')]\n)"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path := tmp_path / "01_why.ipynb")
    (tmp_path / "01_why.toml").write_text(CLAIMS)
    monkeypatch.setattr(said, "FOLDER", tmp_path)
    return path


def test_it_is_executed_again_only_when_something_changed(chapter: Path, tmp_path: Path) -> None:
    before = chapter.read_bytes()
    first = executed.executed(chapter, tmp_path / "kept")
    again = executed.executed(chapter, tmp_path / "kept")
    assert (tmp_path / "runs").read_text() == "x" and chapter.read_bytes() == before
    assert again.cells[1].outputs[0].text == "4\n" and len(again.cells) == 4
    assert first.metadata["said"] == again.metadata["said"] == {"it is four": True, "it is large": False}
    assert 0 < again.metadata["seconds"] < 600 and again.metadata["mistakes"] == []
    mark = executed.stamp(chapter)
    (tmp_path / "01_why.toml").write_text(CLAIMS.replace("> 5", "> 3"))
    assert executed.stamp(chapter) != mark
    assert executed.load(chapter, tmp_path / "kept", executed.stamp(chapter)) is None


def test_mistakes_are_tried_after_it(chapter: Path) -> None:
    ran = executed.execute(chapter, mistakes=True)
    ((line, page),) = ran.metadata["mistakes"]
    assert line == "it is small" and "✗ open" in page
    assert "✓ done" in said.page_of(ran.cells[3])
