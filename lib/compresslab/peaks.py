"""What a machine reaches at best by the format of its numbers: a roof for each, and the slope that they share.

A sheet says what a chip could do; what a program gets depends on the kernels that are installed, too. Each format is
tried in every engine that has one for it, on a product and on a convolution large enough to keep it busy, and the
fastest counts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from compresslab.arguments import one_of, whole
from compresslab.benchmark import inference_call, interleave
from compresslab.cost import mac_count
from compresslab.hardware import Machine
from compresslab.onnx_session import open_session, session_options
from compresslab.roofline import Roofline

FORMATS = ("fp32", "bf16", "int8")
_OPSET, _IR = 17, 8


@dataclass(frozen=True)
class Peaks:
    """The ceilings of one machine on so many threads.

    Attributes:
        macs_per_second: by format, of its fastest kernel.
        kernels: by format, the name of that kernel.
        by_kernel: MACs a second of all kernels that were tried, by name.
        bytes_per_second: read and written together, from memory.
        cached_bytes_per_second: the same for a tensor that fits into the nearest caches.
        machine: that was measured, with its threads.

    >>> from compresslab.hardware import machine
    >>> peaks = Peaks({"fp32": 8e9, "int8": 32e9}, {}, {}, bytes_per_second=2e9, cached_bytes_per_second=8e9,
    ...               machine=machine())
    >>> peaks.roofline("int8").ridge_macs_per_byte
    16.0
    """

    macs_per_second: dict[str, float]
    kernels: dict[str, str]
    by_kernel: dict[str, float]
    bytes_per_second: float
    cached_bytes_per_second: float
    machine: Machine

    def roofline(self, format: str = "fp32", *, cached: bool = False) -> Roofline:
        """The roofline of a format.

        Args:
            format: one that was measured.
            cached: take the bandwidth of the caches, for what stays there from one call to the next.

        Raises:
            InputError: no such format was measured.
        """
        one_of(tuple(self.macs_per_second), format=format)
        bandwidth = self.cached_bytes_per_second if cached else self.bytes_per_second
        return Roofline(self.macs_per_second[format], bandwidth, self.machine)


def measure_peaks(
    *,
    threads: int = 1,
    size: int = 1024,
    channels: int = 128,
    copy_bytes: int = 2**28,
    cached_bytes: int = 2**18,
    rounds: int = 15,
) -> Peaks:
    """Measure all ceilings, interleaved; the fastest call of each counts, since a ceiling is what is possible.

    Args:
        threads: for PyTorch and ONNX Runtime.
        size: of the square matrices.
        channels: in and out of the 3x3 convolution, on 32x32 pixels.
        copy_bytes: of the copied tensor; several times the last cache.
        cached_bytes: of the small one, copied again and again: it and its copy fit into the nearest large cache.
        rounds: timed calls of each.

    Raises:
        InputError: a setting is not a whole number, or too small to measure.

    >>> quick = measure_peaks(size=64, channels=8, copy_bytes=2**20, cached_bytes=2**12, rounds=2)  # far too small
    >>> sorted(quick.macs_per_second)
    ['bf16', 'fp32', 'int8']
    """
    whole(64, size=size)
    whole(8, channels=channels)
    whole(2**20, copy_bytes=copy_bytes)
    whole(2**12, copy_bytes, "less than copy_bytes", cached_bytes=cached_bytes)
    kernels = _kernels(size, channels, threads)
    repeats = max(1, copy_bytes // (8 * cached_bytes))  # long enough for the clock
    calls = {name: call for name, (_, _, call) in kernels.items()}
    calls["memory"], calls["cache"] = _copy(copy_bytes, 1), _copy(cached_bytes, repeats)
    measured = interleave(calls, rounds=rounds, warmup=2, threads=threads)
    fastest = {name: min(timing.wall_ns) / 1e9 for name, timing in measured.timings.items()}
    speeds = {name: macs / fastest[name] for name, (_, macs, _) in kernels.items()}
    best = {
        format: max((name for name, (of, _, _) in kernels.items() if of == format), key=speeds.__getitem__)
        for format in FORMATS
    }
    return Peaks(
        macs_per_second={format: speeds[name] for format, name in best.items()},
        kernels=best,
        by_kernel=speeds,
        bytes_per_second=2 * copy_bytes / fastest["memory"],
        cached_bytes_per_second=2 * cached_bytes * repeats / fastest["cache"],
        machine=measured.machine,
    )


def _kernels(size: int, channels: int, threads: int) -> dict[str, tuple[str, int, Callable[[], object]]]:
    """By name: format, MACs of a call, and the call."""
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(size, size, generator=generator) for _ in range(2))
    image = torch.randn(1, channels, 32, 32, generator=generator)
    convolution = nn.Conv2d(channels, channels, 3, padding=1).eval()
    product, convolved = size**3, mac_count(convolution, tuple(image.shape))
    half = nn.Conv2d(channels, channels, 3, padding=1).eval().bfloat16()
    halves = a.bfloat16(), b.bfloat16()
    whole_numbers = (127 * b / b.abs().max()).round().to(torch.int8).numpy()
    bytes_in = np.random.default_rng(0).integers(0, 255, (size, size)).astype(np.uint8)
    return {
        "PyTorch product, fp32": ("fp32", product, inference_call(lambda x: x @ b, a)),
        "PyTorch convolution, fp32": ("fp32", convolved, inference_call(convolution, image)),
        "ONNX Runtime product, fp32": ("fp32", product, _onnx_product(a.numpy(), b.numpy(), "MatMul", threads)),
        "PyTorch product, bf16": ("bf16", product, inference_call(lambda x: x @ halves[1], halves[0])),
        "PyTorch convolution, bf16": ("bf16", convolved, inference_call(half, image.bfloat16())),
        "ONNX Runtime product, int8": (
            "int8", product, _onnx_product(bytes_in, whole_numbers, "MatMulInteger", threads)
        ),
    }  # fmt: skip


def _onnx_product(a: np.ndarray, b: np.ndarray, operator: str, threads: int) -> Callable[[], object]:
    """x @ b by an operator of ONNX, on an input like `a`."""
    result = TensorProto.INT32 if operator == "MatMulInteger" else TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node(operator, ["x", "b"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", helper.np_dtype_to_tensor_dtype(a.dtype), a.shape)],
        [helper.make_tensor_value_info("y", result, (a.shape[0], b.shape[1]))],
        [numpy_helper.from_array(np.ascontiguousarray(b), "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
    onnx.checker.check_model(model)
    session = open_session(model.SerializeToString(), session_options(threads))

    def call() -> object:
        return session.run(None, {"x": a})

    call.threads = threads  # type: ignore[attr-defined]
    return call


def _copy(size_bytes: int, repeats: int) -> Callable[[], object]:
    source = torch.ones(size_bytes // 4)
    target = torch.empty_like(source)

    def call() -> None:
        for _ in range(repeats):
            target.copy_(source)

    return call
