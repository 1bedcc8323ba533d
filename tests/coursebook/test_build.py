"""What Sphinx gets to read is whole: no page links a file that isn't there."""

import re
from pathlib import Path

from coursebook import overview
from coursebook.build import write_sources
from coursebook.chapters import chapters, read

CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LINK = re.compile(r"\]\((?:path:)?(?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")  # to a file of this site


def test_every_link_of_a_source_leads_to_a_file_of_the_sources(books: overview.Chapters, tmp_path: Path) -> None:
    write_sources(tmp_path / "sources", books)
    texts = {path: path.read_text(encoding="utf-8") for path in (tmp_path / "sources").rglob("*.md")}
    for path in (tmp_path / "sources" / "course").glob("*.ipynb"):
        texts[path] = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    assert len(texts) >= len(chapters()) + 4
    links = [(path, link) for path, text in texts.items() for link in LINK.findall(CODE.sub("", text))]
    assert len(links) >= 100
    assert [(path.name, link) for path, link in links if not (path.parent / link).is_file()] == []
