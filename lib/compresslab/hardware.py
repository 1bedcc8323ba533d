"""What a measurement ran on. A latency without its machine, versions and thread count is not a result."""

import hashlib
import json
import os
import platform
import subprocess
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil
import torch

from compresslab.arguments import whole

# Instructions that decide how fast, or how exactly, a compressed model runs; names are PyTorch's.
_INT8 = ("avx_vnni", "avx512_vnni", "amx_int8", "dot", "i8mm")
_BF16 = ("avx512_bf16", "amx_bf16", "bf16")
_OTHER = ("avx2", "avx512_f", "avx512_fp16", "amx_fp16", "neon", "fp16_arith", "sve", "sve2", "sme")
_PACKAGES = ("torch", "torchvision", "onnx", "onnxruntime")


@dataclass(frozen=True)
class Gpu:
    """A graphics processor that PyTorch can compute on.

    Attributes:
        name: of the model.
        memory_bytes: its own memory.
        runtime: what PyTorch was built for, such as "CUDA 12.9" or "ROCm 7.0".
        driver: version, or "unknown".

    >>> Gpu("NVIDIA H200", 150 * 10**9, runtime="CUDA 12.9", driver="570.86").name
    'NVIDIA H200'
    """

    name: str
    memory_bytes: int
    runtime: str
    driver: str


@dataclass(frozen=True)
class Machine:
    """The computer and the software of a measurement.

    Attributes:
        cpu: model name.
        architecture: "x86_64", "arm64", "AMD64" and so on, as the system names it.
        logical_cores: those of the machine.
        usable_cores: those this process may run on (a container or an affinity mask may allow fewer).
        threads: of the measurement.
        flags: instruction sets that matter here and that this CPU has, sorted.
        ram_bytes: installed memory.
        os: system and release.
        python: version.
        packages: versions of torch, torchvision, onnx and onnxruntime; "absent" where not installed.
        gpus: those that this process may use; the record of a machine without any has no such field.
        governor: the rule by which Linux sets the CPU's frequency, such as "performance" or "powersave"; "" where it
            cannot be read, as in most virtual machines, and then the record has no such field.

    >>> from dataclasses import replace
    >>> here = machine()
    >>> replace(here, architecture="x86_64", flags=("avx512_vnni",)).int8_saturates
    False
    """

    cpu: str
    architecture: str
    logical_cores: int
    usable_cores: int
    threads: int
    flags: tuple[str, ...]
    ram_bytes: int
    os: str
    python: str
    packages: dict[str, str]
    gpus: tuple[Gpu, ...] = ()
    governor: str = ""

    @property
    def has_vnni(self) -> bool:
        """Whether an x86 CPU adds four int8 products to int32 in one instruction, without saturation."""
        return "avx_vnni" in self.flags or "avx512_vnni" in self.flags

    @property
    def int8_saturates(self) -> bool:
        """Whether uint8 x int8 sums overflow 16 bits here: x86 without VNNI. Then quantize with `reduce_range`."""
        return self.architecture.lower() in ("x86_64", "amd64", "i386", "i686", "x86") and not self.has_vnni

    @property
    def has_bf16(self) -> bool:
        """Whether the CPU multiplies bfloat16 in hardware; without it bf16 is emulated, and slower than fp32."""
        return any(flag in self.flags for flag in _BF16)

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits: equal where hardware and versions are, whatever the threads and the governor."""
        facts = self._facts() | {"ram_bytes": round(self.ram_bytes / 2**30)}  # a reboot moves a few MiB
        del facts["threads"]
        facts.pop("governor", None)  # a setting, as the threads are
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]

    def to_dict(self) -> dict[str, Any]:
        """All fields and the fingerprint, ready for JSON."""
        return self._facts() | {"flags": list(self.flags), "fingerprint": self.fingerprint}

    def _facts(self) -> dict[str, Any]:
        facts = asdict(self) | {"gpus": [asdict(gpu) for gpu in self.gpus]}
        if not self.gpus:  # as in the records made before there was the field
            del facts["gpus"]
        if not self.governor:
            del facts["governor"]
        return facts

    def __str__(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        hardware = ", ".join([self.cpu, threads, *(gpu.name for gpu in self.gpus)])
        return f"{hardware}, torch {self.packages['torch']} [{self.fingerprint}]"


def machine(threads: int | None = None) -> Machine:
    """Describe this computer.

    Args:
        threads: that the measurement uses; PyTorch's present setting where None.

    Raises:
        InputError: `threads` is not a whole number of at least 1.

    >>> machine(threads=2).threads
    2
    """
    if threads is not None:
        whole(threads=threads)
    found = torch.cpu.get_capabilities()
    return Machine(
        cpu=_cpu_name(found.get("cpu_name", "")),
        architecture=platform.machine(),
        logical_cores=os.cpu_count() or 1,
        usable_cores=_usable_cores(),
        threads=threads or torch.get_num_threads(),
        flags=tuple(sorted(flag for flag in (*_INT8, *_BF16, *_OTHER) if found.get(flag))),
        ram_bytes=psutil.virtual_memory().total,
        os=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        packages={name: _version(name) for name in _PACKAGES},
        gpus=_gpus(),
        governor=_governor(),
    )


def _governor(cpus: Path = Path("/sys/devices/system/cpu")) -> str:
    """The governor of all cores, or all there are; "" where none can be read."""
    found = set()
    for path in cpus.glob("cpu[0-9]*/cpufreq/scaling_governor"):
        with suppress(OSError):
            found.add(path.read_text().strip())
    return ", ".join(sorted(found))


def _gpus() -> tuple[Gpu, ...]:
    if not torch.cuda.is_available():
        return ()
    runtime = f"ROCm {torch.version.hip}" if torch.version.hip else f"CUDA {torch.version.cuda}"
    found = [torch.cuda.get_device_properties(index) for index in range(torch.cuda.device_count())]
    driver = _driver()
    return tuple(Gpu(properties.name, properties.total_memory, runtime, driver) for properties in found)


def _driver() -> str:
    """PyTorch doesn't tell it, and one installed driver serves all of a vendor's devices."""
    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return next(iter(answer.split()), "unknown")


def _cpu_name(from_torch: str) -> str:
    """The name that PyTorch gives, which not every version and architecture has; or else the system's."""
    if from_torch and from_torch.lower() != "unknown":
        return from_torch
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if platform.system() == "Darwin":
        query = ["sysctl", "-n", "machdep.cpu.brand_string"]
        answer = subprocess.run(query, capture_output=True, text=True, check=False).stdout.strip()
        if answer:
            return answer
    return platform.processor() or platform.machine()


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
