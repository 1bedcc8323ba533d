"""`classroom doctor` names what is missing and what helps."""

import json
import shutil
from pathlib import Path

import pytest

from classroom import doctor
from classroom.__main__ import main
from classroom.sandbox import bubblewrap
from compresslab.errors import InputError

pytestmark = pytest.mark.linux


@pytest.fixture
def own_course(course: Path, tmp_path: Path) -> Path:
    root = tmp_path / "course"
    for folder in ("solutions", "exercises"):
        shutil.copytree(course / folder / "straight_through", root / folder / "straight_through")
    shutil.copy(course / "nbgrader_config.py", root)
    return root


def test_where_all_is_well_it_says_so(
    own_course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(own_course)
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[1] for line in lines if not line.startswith("absent")]
    assert {"system", "resources", "sandbox", "learners", "database", "exercises", "formgrader"} <= set(names)
    assert all(line.startswith(("fine", "absent   Ray")) for line in lines)


def test_each_lack_comes_with_its_remedy(own_course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_course / "exercises" / "straight_through" / "straight_through.ipynb").unlink()
    with (own_course / "nbgrader_config.py").open("a") as file:
        file.write('c.CourseDirectory.db_url = "sqlite:////nowhere/gradebook.db"\n')
    bubblewrap.missing.cache_clear()
    try:
        with monkeypatch.context() as patch:
            patch.setattr("shutil.which", lambda name: None)
            found = {each.name: each.problem for each in doctor.examine(own_course)}
    finally:
        bubblewrap.missing.cache_clear()
    assert "apt install bubblewrap" in found["sandbox"]
    assert "learners" not in found  # none is started without a sandbox
    assert "unable to open database file" in found["database"]
    assert "make release" in found["exercises"]


def test_nbgraders_own_formgrader_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a user's configuration enables it, or the course was installed before it had its own."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    enabled = {"ServerApp": {"jpserver_extensions": {"nbgrader.server_extensions.formgrader": True}}}
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps(enabled))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "no")
    with pytest.raises(InputError, match=r"runs learners' code unlocked: `cp .*json .*jupyter_server_config.d/`"):
        doctor._formgrader()


def test_a_folder_without_a_course_is_named(tmp_path: Path) -> None:
    found = {each.name: each.problem for each in doctor.examine(tmp_path)}
    assert "no nbgrader_config.py" in found["database"]
