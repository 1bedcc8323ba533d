import shutil
from pathlib import Path

import pytest

from classroom.judging.provenance import code_that_judges, reached


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name, text in {
        "classroom/limits.py": "",
        "classroom/checks/expect.py": "from compresslab.errors import InputError",
        "classroom/cohort/grade.py": "",
        "compresslab/__init__.py": "",
        "compresslab/errors.py": "",
        "compresslab/pruning/__init__.py": "from compresslab.pruning import masks",
        "compresslab/pruning/masks.py": "import compresslab.modes as modes",
        "compresslab/modes.py": "",
        "compresslab/roofline.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ("classroom/checks/expect.py", True),
        ("classroom/limits.py", True),
        ("compresslab/errors.py", True),  # the checks import it
        ("compresslab/modes.py", True),  # what the notebook imports imports it
        ("compresslab/roofline.py", False),
        ("classroom/cohort/grade.py", False),
    ],
)
def test_a_change_counts_where_the_verdict_depends_on_it(library: Path, changed: str, counts: bool) -> None:
    sources = ["import torch\nfrom compresslab import pruning", "%matplotlib inline"]
    before = code_that_judges(sources, library=library)
    assert code_that_judges(sources, library=library) == before
    (library / changed).write_text((library / changed).read_text() + "\n# mended")
    assert (code_that_judges(sources, library=library) != before) == counts


def test_a_module_that_is_added_or_goes_counts(library: Path) -> None:
    before = code_that_judges([], library=library)
    (library / "classroom/checks/new.py").write_text("")
    added = code_that_judges([], library=library)
    (library / "classroom/checks/new.py").unlink()
    shutil.rmtree(library / "compresslab" / "pruning")
    assert added != before == code_that_judges([], library=library)


def test_imports_are_followed_through_packages(library: Path) -> None:
    found = reached(["from compresslab.pruning.masks import Masks"], library)
    assert {path.relative_to(library / "compresslab").as_posix() for path in found} == {
        "__init__.py", "pruning/__init__.py", "pruning/masks.py", "modes.py",
    }  # fmt: skip
