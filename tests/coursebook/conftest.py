"""What several of these tests need."""

import pytest

from coursebook import overview, said
from coursebook.chapters import chapters, read


@pytest.fixture(scope="session")
def books() -> overview.Chapters:
    """The chapters, without outputs, as if all that they say had held."""
    books = {path: read(path) for path in chapters()}
    for path, book in books.items():
        book.metadata |= {"said": dict.fromkeys(said.conditions(path), True), "seconds": 30.0}
    return books
