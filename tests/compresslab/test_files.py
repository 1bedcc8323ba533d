"""Files are whole or absent, also when the writer fails, is killed, or the disk is full."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from compresslab.errors import InputError
from compresslab.files import atomic_write, cache_folder, write_json


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "new" / "result.json"
    with atomic_write(target) as partial:
        partial.write_text("half")
        assert not target.exists() and partial.parent == target.parent
    assert target.read_text() == "half" and names(target.parent) == ["result.json"]
    assert target.stat().st_mode & 0o777 == 0o644


def test_a_writer_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    target.write_text("old")

    def fail() -> None:
        with atomic_write(target) as partial:
            partial.write_text("new")
            (tmp_path / "missing").read_text()

    with pytest.raises(FileNotFoundError):
        fail()
    assert target.read_text() == "old" and names(tmp_path) == ["result.json"]


def test_a_writer_that_is_killed_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    target.write_text("old")
    script = f"""
import os, signal
from compresslab.files import atomic_write
with atomic_write({str(target)!r}) as partial:
    partial.write_text("new")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    assert target.read_text() == "old"


def test_a_full_disk_is_one_clear_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "checkpoint.pt"
    script = f"""
import resource, signal
from compresslab.files import atomic_write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # the system then refuses more, as a full disk does
with atomic_write({str(target)!r}) as partial:
    partial.write_bytes(bytes(100_000))
"""
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert f"InputError: no disk space left to write {target}: free some, or choose another folder." in ended.stderr
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot write .*file/result\.json: .*Choose a folder"):
        write_json(tmp_path / "file" / "result.json", {})


def test_json_is_readable_and_refuses_what_is_no_json(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"größe": [1, 2.5]})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {"größe": [1, 2.5]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "b.json", {"x": float("nan")})
    assert names(tmp_path) == ["a.json"]


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COMPRESSLAB_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("COMPRESSLAB_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "compresslab"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "compresslab"


def test_a_folder_as_target_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder: name a file in it"):
        write_json(tmp_path, {})
    assert list(tmp_path.iterdir()) == []
