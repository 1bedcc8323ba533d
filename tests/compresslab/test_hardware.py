"""The machine's description against the system's own, and its properties on machines made up."""

import hashlib
import json
import os
import platform
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from compresslab.errors import InputError
from compresslab.hardware import Gpu, _governor, machine


def test_this_machine_is_described_completely() -> None:
    here = machine(threads=3)
    assert here.threads == 3
    assert here.cpu
    assert here.architecture == platform.machine()
    assert 1 <= here.usable_cores <= here.logical_cores == os.cpu_count()
    assert here.ram_bytes > 2**28
    assert here.packages["torch"] == version("torch")
    assert "absent" not in here.packages.values()
    assert machine().threads == torch.get_num_threads()


def test_flags_are_those_the_kernel_lists() -> None:
    cpuinfo = Path("/proc/cpuinfo")
    listed = cpuinfo.read_text().split() if cpuinfo.exists() and platform.machine() == "x86_64" else None
    names = {"avx2": "avx2", "avx512_f": "avx512f", "avx512_vnni": "avx512_vnni", "avx512_bf16": "avx512_bf16"}
    for flag, kernel_name in names.items():
        assert listed is None or (flag in machine().flags) == (kernel_name in listed)


@pytest.mark.parametrize(
    ("architecture", "flags", "vnni", "saturates", "bf16"),
    [
        ("x86_64", ("avx2", "avx512_f", "avx512_vnni", "avx512_bf16"), True, False, True),
        ("AMD64", ("avx2", "avx_vnni"), True, False, False),
        ("x86_64", ("avx2",), False, True, False),
        ("AMD64", (), False, True, False),
        ("arm64", ("bf16", "dot", "i8mm", "neon"), False, False, True),
        ("aarch64", ("neon",), False, False, False),
    ],
)
def test_what_flags_mean_for_compressed_models(architecture, flags, vnni, saturates, bf16) -> None:
    there = replace(machine(), architecture=architecture, flags=flags)
    assert (there.has_vnni, there.int8_saturates, there.has_bf16) == (vnni, saturates, bf16)


def test_fingerprint_tells_machines_and_versions_apart_but_not_thread_counts() -> None:
    here = machine(threads=1)
    assert here.fingerprint == machine(threads=2).fingerprint
    assert here.fingerprint == replace(here, ram_bytes=here.ram_bytes + 2**20).fingerprint
    for other in (
        replace(here, cpu="another"),
        replace(here, flags=()),
        replace(here, packages=here.packages | {"onnxruntime": "0.1"}),
        replace(here, ram_bytes=here.ram_bytes * 2),
    ):
        assert other.fingerprint != here.fingerprint


def test_description_is_json_and_one_line() -> None:
    here = machine(threads=1)
    read = json.loads(json.dumps(here.to_dict(), allow_nan=False))
    assert read == here.to_dict()
    assert read["fingerprint"] == here.fingerprint
    assert here.cpu in str(here)
    assert "1 thread," in str(here)
    assert "\n" not in str(here)


def test_a_machine_without_gpu_is_recorded_as_before_gpus_were() -> None:
    here = replace(machine(threads=1), gpus=())
    record = here.to_dict()
    assert list(record) == [
        "cpu", "architecture", "logical_cores", "usable_cores", "threads", "flags", "ram_bytes", "os", "python",
        "packages", "fingerprint",
    ]  # fmt: skip
    facts = {name: value for name, value in record.items() if name not in ("threads", "fingerprint")}
    facts["ram_bytes"] = round(facts["ram_bytes"] / 2**30)
    assert here.fingerprint == hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """PyTorch reports two GPUs; nvidia-smi, found in the folder given back, the version of their driver."""
    found = [SimpleNamespace(name="GPU A", total_memory=80 * 2**30), SimpleNamespace(name="GPU B", total_memory=2**33)]
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: len(found))
    monkeypatch.setattr(torch.cuda, "get_device_properties", found.__getitem__)
    monkeypatch.setattr(torch.version, "cuda", "12.9")
    monkeypatch.setattr(torch.version, "hip", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_gpus_are_named_with_memory_runtime_and_driver(two_gpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = two_gpus / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 570.86.10\necho 570.86.10\n")
    tool.chmod(0o755)
    there = machine(threads=1)
    assert there.gpus == (
        Gpu("GPU A", 80 * 2**30, "CUDA 12.9", "570.86.10"),
        Gpu("GPU B", 2**33, "CUDA 12.9", "570.86.10"),
    )
    assert json.loads(json.dumps(there.to_dict()))["gpus"][1] == {
        "name": "GPU B", "memory_bytes": 2**33, "runtime": "CUDA 12.9", "driver": "570.86.10",
    }  # fmt: skip
    assert there.fingerprint != replace(there, gpus=()).fingerprint != replace(there, gpus=there.gpus[:1]).fingerprint
    assert "GPU A, GPU B, torch" in str(there)
    monkeypatch.setattr(torch.version, "hip", "7.0")
    assert machine().gpus[0].runtime == "ROCm 7.0"


@pytest.mark.parametrize("script", [None, "exit 9", ":"], ids=["absent", "fails", "silent"])
def test_a_gpu_whose_driver_does_not_tell_its_version_is_recorded_all_the_same(script, two_gpus: Path) -> None:
    if script:
        (two_gpus / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
        (two_gpus / "nvidia-smi").chmod(0o755)
    assert [gpu.driver for gpu in machine().gpus] == ["unknown", "unknown"]


def test_no_threads_is_refused() -> None:
    with pytest.raises(InputError, match="threads=0"):
        machine(threads=0)


def test_the_governor_is_recorded_where_there_is_one_and_changes_no_fingerprint(tmp_path) -> None:
    without, with_one = (replace(machine(threads=1), governor=name) for name in ("", "powersave"))
    assert with_one.fingerprint == without.fingerprint
    assert with_one.to_dict() == without.to_dict() | {"governor": "powersave"}
    for core, name in (("cpu0", "powersave"), ("cpu1", "performance"), ("cpu10", "powersave")):
        (tmp_path / core / "cpufreq").mkdir(parents=True)
        (tmp_path / core / "cpufreq" / "scaling_governor").write_text(f"{name}\n")
    assert _governor(tmp_path) == "performance, powersave"
    assert _governor(tmp_path / "none") == ""
