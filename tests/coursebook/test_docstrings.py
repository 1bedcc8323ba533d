"""The examples in the site's docstrings give what they say."""

import doctest
import importlib
from pathlib import Path

import nbformat
import pytest

import coursebook

MODULES = sorted(path.stem for path in Path(coursebook.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    module = importlib.import_module(f"coursebook.{name}")
    names = vars(module) | {"nbformat": nbformat}
    assert doctest.testmod(module, globs=names, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0
