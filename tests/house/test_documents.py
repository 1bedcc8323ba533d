"""Licences and the citation are what GitHub, Zenodo and a reader expect of them."""

import tomllib
from pathlib import Path

import yaml


def test_the_citation_has_what_the_format_requires(repository: Path) -> None:
    citation = yaml.safe_load((repository / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert citation["message"]
    assert citation["title"]
    assert citation["authors"] == [{"name": "Model Compression Course contributors"}]


def test_the_licences_agree_everywhere(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((repository / "CITATION.cff").read_text())
    assert project["license"].split(" AND ") == citation["license"] == ["MIT", "CC-BY-4.0"]
    code, text = ((repository / name).read_text(encoding="utf-8") for name in project["license-files"])
    assert code.startswith("MIT License")
    assert text.startswith("Creative Commons Attribution 4.0 International")
