"""What hubs, containers and editors are told is well formed and says the same in each of their words."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from traitlets.config.loader import PyFileConfigLoader


@pytest.fixture(scope="module")
def settings(repository: Path) -> Any:
    return PyFileConfigLoader("course.py", path=str(repository / "hub")).load_config()


def test_kubernetes_gets_what_the_hub_of_the_test_gets(repository: Path, settings: Any) -> None:
    values = yaml.safe_load((repository / "hub" / "kubernetes.yaml").read_text(encoding="utf-8"))
    single = values["singleuser"]
    spawner = settings.Spawner
    assert single["extraEnv"] == spawner.environment
    assert (single["cmd"], single["defaultUrl"]) == (spawner.cmd, spawner.default_url)
    assert (single["memory"]["limit"], single["cpu"]["limit"]) == (spawner.mem_limit, spawner.cpu_limit)
    assert single["startTimeout"] == spawner.start_timeout
    assert values["hub"]["concurrentSpawnLimit"] == settings.JupyterHub.concurrent_spawn_limit
    mounted = {mount["name"]: mount["mountPath"] for mount in single["storage"]["extraVolumeMounts"]}
    assert mounted == {"exchange": spawner.environment["COURSE_EXCHANGE"]}
    assert single["image"]["tag"] == str(single["image"]["tag"])


def test_the_container_gets_them_too(repository: Path, settings: Any) -> None:
    text = (repository / "hub" / "Containerfile").read_text(encoding="utf-8")
    said = dict(pair.split("=", 1) for pair in re.findall(r"\b[A-Z_]+=\S+", text.partition("\nENV ")[2]))
    assert said == settings.Spawner.environment
    words = json.loads(text.rstrip().rpartition("CMD ")[2])
    assert words == settings.Spawner.cmd
    assert "dist/model-compression.zip" in text


def test_the_development_container_runs_a_target_that_exists(repository: Path) -> None:
    settings = json.loads((repository / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    target, _, copies = settings["postCreateCommand"].partition(" && ")
    assert copies == ".venv/bin/python -m classroom copy"
    done = subprocess.run([*target.split(), "-n"], cwd=repository, capture_output=True, text=True)
    assert target.startswith("make ") and done.returncode == 0, done.stderr
    assert re.search(r"python:3\.1[1-3]$", settings["image"])


def test_colabs_first_cell_is_python_with_magics(repository: Path) -> None:
    from IPython.core.inputtransformer2 import TransformerManager

    text = (repository / "hub" / "WAYS_IN.md").read_text(encoding="utf-8")
    (cell,) = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    compile(TransformerManager().transform_cell(cell), "cell", "exec")
    assert "/lib" in cell
