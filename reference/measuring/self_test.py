"""Does the benchmark find a slowdown of 10%, and none where none is? `python reference/measuring/self_test.py noisy`.

A trial times three calls, interleaved: a network run ten times ("once"), another instance of the same network run ten
times ("again"), and a third one run eleven times ("slower"): 10% more work by construction, on any machine and at any
load. An alarm is an interval of a ratio that lies beyond 1 by more than a margin. "slower" should raise one in at least
19 of 20 trials, "again" in at most 1. Each trial makes its instances anew: where their weights lie in memory makes a
difference of a percent or so, which no number of rounds averages out. The margin is for that.

    noisy   20 trials for each engine while another process computes in bursts of random length
    quiet   the same without it

In the same run the ratio of two networks of different size is measured here, by `torch.utils.benchmark`, and by a plain
loop over one network and then the other: in CPU time where it is noisy, in elapsed time where it is quiet.

Both clocks are looked at: elapsed time, and CPU time, which a neighbour hardly lengthens. The quiet part takes 3
minutes and wants the machine to itself; the noisy one takes as long as the neighbours let it. Each replaces its own
entry in `self_test.json` beside this script, and leaves the other.
"""

import argparse
import hashlib
import json
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import torch

from compresslab.benchmark import UntilSteady, inference_call, interleave
from compresslab.deploy import OnnxModel, export_onnx
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import resnet18

TRIALS, RUNS = 20, 10
RUNS_OF = {"once": RUNS, "again": RUNS, "slower": RUNS + 1}
WIDTHS = {"large": 12, "small": 8}  # channels of the first stage of ResNet-18; all trials are of the smaller
EXAMPLE = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
ROUNDS = {"ONNX Runtime": 200, "PyTorch": 60}
WARMUP = UntilSteady(window=5, limit=20)
LEVELS = (0.9, 0.95, 0.99)
MARGINS = (0.0, 0.02)
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
BURST_SECONDS, PAUSE_SECONDS = 0.3, 0.3  # of a neighbour, on average; exponentially distributed
PEER_ROUNDS = 100
PEER_TURNS, PEER_SECONDS = 10, 0.3  # of `torch.utils.benchmark`: so often, for so long, one network and then the other
RECORD = Path(__file__).with_suffix(".json")

Call = Callable[[], object]


def main() -> None:
    """Run a part, and write it into the record."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=("noisy", "quiet"))
    part = parser.parse_args().part
    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        make = engines(Path(folder))
        found: dict[str, Any] = {"trials": TRIALS, "rounds": ROUNDS, "machine": machine(1).to_dict()}
        with neighbours(1 if part == "noisy" else 0):
            found["engines"] = {engine: trials(engine, make[engine]) for engine in make}
            found["peers"] = peers(make, "cpu" if part == "noisy" else "wall")
    found["script_sha256"] = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    recorded |= {
        "what": "alarms: trials whose interval of the ratio of times lies beyond 1 by more than the margin; all should "
        "raise one of 'slower', which does 10% more work, and none of 'again', the same network once more",
        "data": "none: random numbers, whose values don't matter for time",
        "network": f"ResNet-18 of width {WIDTHS['small']}, one image of 32x32 a run, {RUNS} or {RUNS + 1} runs a call",
        "levels": LEVELS,
        part: found,
    }
    write_json(RECORD, recorded)


def engines(folder: Path) -> dict[str, Callable[[str], Call]]:
    """By engine: from a size to a call that runs a new instance of that network once."""
    models, files = {}, {}
    for size, width in WIDTHS.items():
        torch.manual_seed(0)
        models[size] = resnet18(width=width, channels=3, classes=10).eval()
        files[size] = export_onnx(models[size], EXAMPLE, folder / f"{size}.onnx")

    def in_pytorch(size: str) -> Call:
        model = resnet18(width=WIDTHS[size], channels=3, classes=10).eval()
        model.load_state_dict(models[size].state_dict())
        return inference_call(model, EXAMPLE)

    def in_onnx_runtime(size: str) -> Call:
        return inference_call(OnnxModel(files[size]), EXAMPLE)

    return {"ONNX Runtime": in_onnx_runtime, "PyTorch": in_pytorch}


def trials(engine: str, make: Callable[[str], Call]) -> dict[str, Any]:
    """All trials of an engine: what each measured, and how many raised an alarm at each level."""
    found: list[dict[str, Any]] = []
    for seed in range(TRIALS):
        calls = {name: repeated(make("small"), runs) for name, runs in RUNS_OF.items()}
        measured = interleave(calls, rounds=ROUNDS[engine], warmup=WARMUP, seed=seed)
        trial: dict[str, Any] = {
            "warmup": measured.warmup,
            "unsteady": measured.unsteady,
            "wall_over_cpu": round(waited(measured.timings["once"]), 2),
        }
        for name in ("again", "slower"):
            for clock in CLOCKS:
                ratios = [measured.ratio("once", name, clock=clock, level=level) for level in LEVELS]
                trial[f"{name}, {clock}"] = {
                    "times_as_long": round(ratios[0].value, 4),
                    "intervals": [[round(r.interval.low, 4), round(r.interval.high, 4)] for r in ratios],
                }
        found.append(trial)
        told = {key: value["times_as_long"] for key, value in trial.items() if isinstance(value, dict)}
        print(f"{engine}, trial {seed + 1}: {told}, waited {trial['wall_over_cpu']}", flush=True)
    alarms = {
        f"{name}, {clock}": {
            f"{level}, margin {margin}": sum(alarm(*ends, margin) for ends in intervals(found, f"{name}, {clock}", i))
            for i, level in enumerate(LEVELS)
            for margin in MARGINS
        }
        for name in ("again", "slower")
        for clock in CLOCKS
    }
    print(json.dumps(alarms, indent=2), flush=True)
    return {"alarms": alarms, "trials": found}


def alarm(low: float, high: float, margin: float) -> bool:
    """Whether an interval of a ratio lies beyond 1 by more than the margin, either way."""
    return low > 1 + margin or high < 1 / (1 + margin)


def intervals(found: list[dict[str, Any]], key: str, level: int) -> list[list[float]]:
    """The intervals of all trials at one level."""
    return [trial[key]["intervals"][level] for trial in found]


def waited(timing: Any) -> float:
    """Elapsed over computed time: 1 on an idle machine."""
    return sum(timing.wall_ns) / sum(timing.cpu_ns)


def repeated(call: Call, runs: int) -> Call:
    """A call that does another one several times."""

    def several() -> None:
        for _ in range(runs):
            call()

    return several


def peers(make: dict[str, Callable[[str], Call]], clock: str) -> dict[str, Any]:
    """How many times as long the larger network takes, by each way of measuring, in this one run."""
    from torch.utils.benchmark import Timer  # here, since it looks for compilers, also in each neighbour

    found: dict[str, Any] = {"clock": clock}
    for engine, of in make.items():
        calls = {size: repeated(of(size), RUNS) for size in WIDTHS}  # so that both find their weights in the caches
        ours = interleave(calls, rounds=PEER_ROUNDS, warmup=UntilSteady()).ratio("small", "large", clock=clock)
        timer: dict[str, list[float]] = {size: [] for size in WIDTHS}
        loop: dict[str, list[float]] = {size: [] for size in WIDTHS}
        for _ in range(PEER_TURNS):
            for size, call in calls.items():
                timed = Timer("call()", globals={"call": call}, timer=CLOCKS[clock])
                timer[size].append(timed.blocked_autorange(min_run_time=PEER_SECONDS).median)
                loop[size] += [seconds(call, clock) for _ in range(PEER_ROUNDS // PEER_TURNS)]
        found[engine] = {
            "interleaved": round(ours.value, 4),
            "interval": [round(ours.interval.low, 4), round(ours.interval.high, 4)],
            "torch.utils.benchmark": round(median(timer["large"]) / median(timer["small"]), 4),
            "equal loop": round(median(loop["large"]) / median(loop["small"]), 4),
        }
        print(engine, found[engine], flush=True)
    return found


def seconds(call: Call, clock: str) -> float:
    """How long one call takes."""
    now = CLOCKS[clock]
    start = now()
    call()
    return now() - start


@contextmanager
def neighbours(count: int) -> Iterator[None]:
    """So many other processes that compute in bursts."""
    context = multiprocessing.get_context("spawn")
    started = [context.Process(target=compute_in_bursts, args=(seed,), daemon=True) for seed in range(count)]
    for process in started:
        process.start()
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.join()


def compute_in_bursts(seed: int) -> None:
    """A neighbour: multiplies matrices larger than the caches for a while, then sleeps for a while."""
    torch.set_num_threads(1)
    draw, matrix = random.Random(seed).expovariate, torch.randn(1024, 1024)
    while True:
        until = time.perf_counter() + draw(1 / BURST_SECONDS)
        while time.perf_counter() < until:
            matrix @ matrix
        time.sleep(draw(1 / PAUSE_SECONDS))


if __name__ == "__main__":
    main()
