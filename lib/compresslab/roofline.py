"""Whether arithmetic or memory limits an operation: its intensity against this machine's roofline.

An operation that does `macs` multiply-accumulates on `bytes_moved` bytes takes at least the longer of the time to
compute and the time to fetch. The attainable speed is min(peak, intensity x bandwidth): a slope, then a flat roof.

Reference: Williams, Waterman and Patterson 2009, "Roofline: An Insightful Visual Performance Model".
"""

from dataclasses import dataclass

import torch
from torch import nn

from compresslab.arguments import whole
from compresslab.benchmark import inference_call, interleave
from compresslab.cost import mac_count
from compresslab.hardware import Machine


@dataclass(frozen=True)
class Roofline:
    """What a machine reached in one format of numbers, on the threads that `machine` names.

    Attributes:
        macs_per_second: in the faster of a large matrix product and a convolution.
        bytes_per_second: read and written together, in a copy far larger than the caches.
        machine: that was measured.

    >>> from compresslab.hardware import machine
    >>> roofline = Roofline(macs_per_second=8e9, bytes_per_second=2e9, machine=machine())
    >>> roofline.ridge_macs_per_byte, roofline.attainable(macs_per_byte=1.0), roofline.attainable(100.0)
    (4.0, 2000000000.0, 8000000000.0)
    """

    macs_per_second: float
    bytes_per_second: float
    machine: Machine

    @property
    def ridge_macs_per_byte(self) -> float:
        """The intensity from which on arithmetic is the limit."""
        return self.macs_per_second / self.bytes_per_second

    def attainable(self, macs_per_byte: float) -> float:
        """The most MACs a second that an operation of this intensity can reach."""
        return min(self.macs_per_second, macs_per_byte * self.bytes_per_second)


@dataclass(frozen=True)
class Operation:
    """An operation as it ran.

    Attributes:
        name: for the chart.
        macs: multiply-accumulates.
        bytes_moved: weights, inputs and outputs, each fetched or written once.
        seconds: that it took.

    >>> Operation("linear", macs=1000, bytes_moved=4000, seconds=1e-6).macs_per_byte
    0.25
    """

    name: str
    macs: int
    bytes_moved: int
    seconds: float

    @property
    def macs_per_byte(self) -> float:
        """Arithmetic intensity."""
        return self.macs / self.bytes_moved

    @property
    def macs_per_second(self) -> float:
        """Speed reached."""
        return self.macs / self.seconds


def measure_roofline(
    *, threads: int = 1, size: int = 1024, channels: int = 128, copy_bytes: int = 2**28, rounds: int = 15
) -> Roofline:
    """Measure both ceilings, interleaved; the fastest call of each counts, since a ceiling is what is possible.

    Arithmetic is measured on a matrix product and on a convolution: PyTorch takes them from different
    libraries, and which of the two is better tuned depends on the CPU.

    Args:
        threads: for PyTorch.
        size: of the square matrices.
        channels: in and out of the 3x3 convolution, on 32x32 pixels.
        copy_bytes: of the copied tensor; several times the last cache.
        rounds: timed calls of each.

    Returns:
        Both ceilings, with the machine and its threads.

    Raises:
        InputError: a setting is not a whole number, or too small to measure.

    >>> quick = measure_roofline(size=64, channels=8, copy_bytes=2**20, rounds=2)  # far too small to be right
    >>> quick.macs_per_second > 0
    True
    """
    whole(64, size=size)
    whole(8, channels=channels)
    whole(2**20, copy_bytes=copy_bytes)
    convolution = nn.Conv2d(channels, channels, 3, padding=1).eval()
    factor, source = torch.randn(size, size), torch.ones(copy_bytes // 4)
    target = torch.empty_like(source)
    calls = {
        "multiply": inference_call(lambda x: x @ factor, torch.randn(size, size)),
        "convolve": inference_call(convolution, torch.randn(1, channels, 32, 32)),
        "copy": inference_call(target.copy_, source),
    }
    measured = interleave(calls, rounds=rounds, warmup=2, threads=threads)
    fastest = {name: min(timing.wall_ns) / 1e9 for name, timing in measured.timings.items()}
    macs = {"multiply": size**3, "convolve": mac_count(convolution, (1, channels, 32, 32))}
    return Roofline(
        macs_per_second=max(macs[name] / fastest[name] for name in macs),
        bytes_per_second=2 * copy_bytes / fastest["copy"],
        machine=measured.machine,
    )
