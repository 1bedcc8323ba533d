"""The machine's description against the system's own, and its properties on machines made up."""

import json
import os
import platform
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
import torch

from compresslab.errors import InputError
from compresslab.hardware import machine


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


def test_no_threads_is_refused() -> None:
    with pytest.raises(InputError, match="threads=0"):
        machine(threads=0)
