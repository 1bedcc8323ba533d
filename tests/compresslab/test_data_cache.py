"""The cache of arrays: what it gives back is what was built, whatever happened to the file."""

import resource
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compresslab.data.cache import Arrays, cached
from compresslab.errors import InputError

IMAGES = np.arange(96, dtype=np.uint8).reshape(12, 8)
NAMES = np.array(["cat", "dog"])


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMPRESSLAB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "data"


def build() -> Arrays:
    return {"images": IMAGES, "names": NAMES}


def never() -> Arrays:
    raise AssertionError("built again")


def assert_built(arrays: Arrays) -> None:
    assert set(arrays) == {"images", "names"}
    for name, expected in build().items():
        assert arrays[name].dtype == expected.dtype
        np.testing.assert_array_equal(arrays[name], expected)


def test_arrays_are_built_once(cache):
    assert_built(cached("some", ["key", 1], build))
    assert_built(cached("some", ["key", 1], never))
    assert [file.suffix for file in cache.iterdir()] == [".arrays"]


def test_another_key_is_another_file(cache):
    cached("some", ["key", 1], build)
    other = cached("some", ["key", 2], lambda: {"images": IMAGES + 1})
    np.testing.assert_array_equal(other["images"], IMAGES + 1)
    assert len(list(cache.iterdir())) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(at=st.integers(0, 10_000), to=st.integers(0, 255), shorten=st.booleans())
def test_a_damaged_file_is_never_believed(cache, at, to, shorten):
    assert_built(cached("some", 1, build))
    (file,) = cache.iterdir()
    content = bytearray(file.read_bytes())
    at %= len(content)
    if shorten:
        del content[at:]
    else:
        content[at] = to
    file.write_bytes(content)
    assert_built(cached("some", 1, build))
    assert_built(cached("some", 1, build))


def test_a_pickle_in_its_place_is_not_run(cache, tmp_path):
    class Evil:
        def __reduce__(self):
            return Path.touch, (tmp_path / "pwned",)

    cached("some", 1, build)
    (file,) = cache.iterdir()
    with file.open("wb") as handle:
        np.savez(handle, images=np.array([Evil()], dtype=object), names=NAMES)
    assert_built(cached("some", 1, build))
    assert not (tmp_path / "pwned").exists()


def test_a_full_disk_is_one_clear_error(cache):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(InputError, match="no disk space left to write"):
            cached("some", 1, lambda: {"images": np.zeros(100_000, np.uint8)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(cache.iterdir())
