"""When a sparse matrix is faster than a dense one: `python reference/pruning/sparse_latency.py`, 2 minutes.

For square layers of several sizes, and several batches, one dense layer is timed against itself (the control), the same
layer with most of its weights at zero (masked), and the same zeros left out, as a CSR matrix of PyTorch and of SciPy.
Each gets its inputs in the layout that suits it: the dense layer (batch, in), as `nn.Linear` does, the CSR matrix
(in, batch). The dense matrix is timed in that layout too, which is slow for some batches: against it, CSR would look
better than it is. At one sparsity the CSR matrix is timed once more with each row's values side by side: what the jumps
from one element of the input to another cost.

Everything of one size and batch is interleaved, one call of each in every round, on one thread; ratios are taken within
rounds, of CPU time, which a busy neighbour hardly lengthens. Since each call meets caches that others have filled, a
layer is timed as one of many in a larger network. Which weights are zero is random: a worst case for caches, and near
to what magnitude pruning leaves. Run it on a machine that does nothing else.

Beside this script it writes `sparse_latency.json`: for each size, batch, sparsity and variant the median speed-up over
the dense layer with its 95% interval, and its time.
"""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import scipy
import scipy.sparse
import torch
from torch import Tensor
from torch.nn.functional import linear

from compresslab.benchmark import Benchmark, interleave
from compresslab.files import write_json
from compresslab.weights import to_csr

SIZES = (256, 512, 1024, 2048)  # inputs and outputs of a square layer; float32
BATCHES = (1, 8, 64, 256)
SPARSITIES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
MASKED = 0.9  # the one sparsity at which the masked dense matrix is timed: its time can't depend on it
IN_RUNS = 0.9  # and the one at which the values of a row are put side by side
SETTINGS = {"rounds": 60, "warmup": 5, "threads": 1, "seed": 0}
HERE = Path(__file__).parent


def main() -> None:
    """Measure, and write the file."""
    cells, machine = [], {}
    for size in SIZES:
        for batch in BATCHES:
            benchmark = interleave(calls(size, batch), images_per_call=batch, **SETTINGS)
            machine = benchmark.machine.to_dict()
            found = {name: line(benchmark, name) for name in benchmark.timings}
            cells.append({"size": size, "batch": batch, "variants": found})
            speeds = [f"{s:.0%} {found[f'csr {s}']['speedup']:.2f}" for s in SPARSITIES]
            print(f"{size} x {size}, batch {batch}: {', '.join(speeds)}", flush=True)
    write_json(
        HERE / "sparse_latency.json",
        {
            "what": "a (size, size) float32 layer on a batch of inputs; random weights, random places of zeros",
            "data": "none: random numbers, whose values don't matter for time",
            "speedup": "median over rounds of dense CPU time / own CPU time, with a 95% bootstrap interval over rounds",
            "settings": SETTINGS,
            "sparsities": SPARSITIES,
            "machine": machine,
            "scipy": scipy.__version__,
            "cells": cells,
        },
    )


def calls(size: int, batch: int) -> dict[str, Callable[[], object]]:
    """All variants of one size and batch."""
    generator = torch.Generator().manual_seed(size + batch)
    weight = torch.randn(size, size, generator=generator)
    x = torch.randn(size, batch, generator=generator)
    rows = x.T.contiguous()
    found = {
        "dense": partial(linear, rows, weight),
        "dense again": partial(linear, rows, weight.clone()),
        "dense, inputs as columns": partial(multiply, weight.clone(), x),
        f"masked {MASKED}": partial(linear, rows, pruned(weight, MASKED, generator)),
    }
    found[f"csr in runs {IN_RUNS}"] = partial(multiply, to_csr(in_runs(weight, IN_RUNS, generator)), x)
    for sparsity in SPARSITIES:
        zeros = pruned(weight, sparsity, generator)
        found[f"csr {sparsity}"] = partial(multiply, to_csr(zeros), x)
        found[f"csr of scipy {sparsity}"] = partial(multiply, scipy.sparse.csr_array(zeros.numpy()), x.numpy())
    return found


def pruned(weight: Tensor, sparsity: float, generator: torch.Generator) -> Tensor:
    """The weight with exactly this share of it at zero, at random places."""
    order = torch.randperm(weight.numel(), generator=generator)
    zeros = weight.flatten().clone()
    zeros[order[: round(sparsity * weight.numel())]] = 0.0
    return zeros.view_as(weight)


def in_runs(weight: Tensor, sparsity: float, generator: torch.Generator) -> Tensor:
    """As many zeros in every row, and what is left in one run of columns that begins at a random one."""
    rows, columns = weight.shape
    kept = round((1 - sparsity) * columns)
    starts = torch.randint(columns - kept + 1, (rows, 1), generator=generator)
    places = torch.arange(columns)
    return weight * ((places >= starts) & (places < starts + kept))


def multiply(weight: Any, x: Any) -> Any:
    """One call, of any of the libraries."""
    return weight @ x


def line(benchmark: Benchmark, name: str) -> dict[str, object]:
    """A variant's speed-up over the dense matrix and its latency, rounded to what is significant."""
    ratio = benchmark.ratio(name, "dense", clock="cpu")
    interval = {key: round(value, 4) for key, value in asdict(ratio.interval).items()}
    return {
        "speedup": round(ratio.value, 4),
        "interval": interval,
        "n": ratio.rounds,
        "cpu_us_p50": round(median(benchmark.timings[name].cpu_ns) / 1e3, 2),
    }


if __name__ == "__main__":
    main()
