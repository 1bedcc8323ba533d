"""Measure what a model costs where it runs: latency, throughput, memory, energy, with how sure each figure is.

`python -m compresslab.benchmark MODEL.onnx [MODEL.onnx ...]` compares files; `onnx_files` has what it does to them.
"""

from compresslab.benchmark.calls import inference_call
from compresslab.benchmark.interleaved import BUSY, Benchmark, interleave
from compresslab.benchmark.steady import UntilSteady
from compresslab.benchmark.threads import torch_threads
from compresslab.benchmark.timing import Ratio, Timing

__all__ = [
    "BUSY",
    "Benchmark",
    "Ratio",
    "Timing",
    "UntilSteady",
    "inference_call",
    "interleave",
    "torch_threads",
]
