"""Licences and the citation are what GitHub, Zenodo and a reader expect of them."""

import hashlib
import json
import re
import statistics
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


def test_the_readme_says_of_structured_pruning_what_was_recorded(repository: Path) -> None:
    recorded = json.loads((repository / "reference/pruning/coverage.json").read_text())
    readme = (repository / "README.md").read_text()
    assert f"removed from {len(recorded['networks'])} networks" in readme
    order = ("works", "nothing to remove", "refused by name", "crashes", "computes something else")
    for library, name in {"compresslab": "this course", "torch-pruning": "Torch-Pruning 1.6.1"}.items():
        (row,) = re.findall(rf"^\| {re.escape(name)} \|([\d |]+)\|$", readme, re.MULTILINE)
        verdicts = [network[library]["verdict"] for network in recorded["networks"]]
        assert [int(cell) for cell in row.split("|")] == [verdicts.count(verdict) for verdict in order]
    marked = sum(bool(network["torch-pruning"].get("through_norm")) for network in recorded["networks"])
    assert f"{marked} of the networks, in which it prunes across a norm" in readme
    assert sum(network["family"] == "odd" for network in recorded["networks"]) == 123


def test_the_readme_says_what_removal_costs(repository: Path) -> None:
    recorded = json.loads((repository / "reference/pruning/tracing_cost.json").read_text())
    readme = (repository / "README.md").read_text()
    assert f"On {len(recorded['networks'])} torchvision networks" in readme
    for kind, words in {"time": "Torch-Pruning's time in the median", "memory": "its peak memory"}.items():
        ratios = [network[kind]["torch-pruning"]["ratio"] for network in recorded["networks"].values()]
        said = f"{statistics.median(ratios):.2f} times {words} ({min(ratios):.2f} to {max(ratios):.2f})"
        assert said in readme


def test_the_readme_says_how_long_the_recorded_capstone_trained(repository: Path) -> None:
    recorded = json.loads((repository / "reference/capstone_digits32.json").read_text())
    seconds = sum(epoch["seconds"] for epochs in recorded["histories"].values() for epoch in epochs)
    assert recorded["machine"]["usable_cores"] == 2
    said = f"trained for {seconds / 60:.0f} minutes on a machine of two cores"
    assert said in (repository / "README.md").read_text(encoding="utf-8")


def test_the_readme_says_how_long_full_runs_take(repository: Path) -> None:
    script = repository / "reference" / "full_times.py"
    recorded = json.loads(script.with_suffix(".json").read_text(encoding="utf-8"))
    assert recorded["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    runs = recorded["chapters"].values()
    minutes = [max(1, round(run["processor_seconds"] / 60)) for run in runs if run["finished"]]
    said = f"{min(minutes)} to {max(minutes)} minutes of one core in the {len(minutes)} chapters that were measured"
    assert said in (repository / "README.md").read_text(encoding="utf-8")


def test_each_term_of_the_glossary_stands_in_the_chapter_that_it_names(repository: Path) -> None:
    glossary = (repository / "course" / "GLOSSARY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| .+ \| \[(\d\d)\]\((\S+)\) \|$", glossary, re.MULTILINE)
    assert len(rows) == len(glossary.splitlines()) - 6 >= 50
    missing = []
    for term, number, link in rows:
        chapter = (repository / "course" / link).read_text(encoding="utf-8")
        words = term.partition(" ")[0] if term.startswith(("groups", "symmetric", "folded")) else term
        if not link.startswith(number) or words.lower() not in chapter.lower():
            missing.append(term)
    assert missing == []
    assert [term for term, *_ in rows] == sorted((term for term, *_ in rows), key=str.lower)
