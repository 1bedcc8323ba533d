"""Measure what a model costs where it runs: latency, throughput, memory, energy, with how sure each figure is.

`python -m compresslab.benchmark MODEL.onnx [MODEL.onnx ...]` compares files; `onnx_files` is how it runs them.
"""

from compresslab.benchmark.batch_sizes import Throughput, throughput
from compresslab.benchmark.calls import inference_call
from compresslab.benchmark.counters import Energy, energy
from compresslab.benchmark.interleaved import BUSY, Benchmark, interleave
from compresslab.benchmark.memory import PeakMemory, peak_memory
from compresslab.benchmark.scenarios import Offline, SingleStream, offline, queries_for, single_stream
from compresslab.benchmark.steady import UntilSteady
from compresslab.benchmark.threads import torch_threads
from compresslab.benchmark.timing import Ratio, Timing

__all__ = [
    "BUSY",
    "Benchmark",
    "Energy",
    "Offline",
    "PeakMemory",
    "Ratio",
    "SingleStream",
    "Throughput",
    "Timing",
    "UntilSteady",
    "energy",
    "inference_call",
    "interleave",
    "offline",
    "peak_memory",
    "queries_for",
    "single_stream",
    "throughput",
    "torch_threads",
]
