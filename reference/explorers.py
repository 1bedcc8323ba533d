"""How long an explorer takes to redraw: `python reference/explorers.py` writes explorers.json beside this file.

Each control is moved in turn, as a learner would, and the redraw that follows is timed. To time another version of
the library: `PYTHONPATH=OTHER/lib python reference/explorers.py --print`, which writes nothing.
"""

import hashlib
import itertools
import statistics
import sys
import time
from pathlib import Path

import ipywidgets as widgets
import torch

from compresslab.advice import Workload
from compresslab.data import Batches, load
from compresslab.explorers import (
    Candidate,
    budget_explorer,
    capstone_explorer,
    channels_explorer,
    combinations_explorer,
    confidence_explorer,
    constraints_explorer,
    device_explorer,
    latency_explorer,
    losses_explorer,
    memory_explorer,
    mixed_precision_explorer,
    movement_explorer,
    orders_explorer,
    quantization_explorer,
    repetition_explorer,
    schedule_explorer,
    student_explorer,
    teacher_cost_explorer,
    temperature_explorer,
    threshold_explorer,
)
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import resnet18, small_cnn
from compresslab.sensitivity import BITS, scan
from compresslab.serving.load import Load, Sent

MOVES = 12  # of each explorer
TERMS = ("labels", "soft", "hint", "attention", "relation")
TRIED = [("labels",), *(("labels", term) for term in TERMS[1:]), TERMS]
UNTOUCHED = {"stage": "original", "before": None, "accuracy": 0.9, "weight_bytes": 4000}  # of a pipeline's history
HERE = Path(__file__)


def main() -> None:
    """Time all of them, and record the medians."""
    torch.set_num_threads(1)
    found = {}
    for name, explorer in explorers().items():
        found[name] = times = redraws(explorer)
        print(f"{name:>15}: {times['wall_ms_p50']:.0f} ms elapsed, {times['cpu_ms_p50']:.0f} ms computed", flush=True)
    if "--print" not in sys.argv:
        digest = hashlib.sha256(HERE.read_bytes()).hexdigest()
        record = {"script_sha256": digest, "moves": MOVES, "machine": machine(threads=1).to_dict(), "explorers": found}
        write_json(HERE.with_suffix(".json"), record)


def explorers() -> dict[str, widgets.VBox]:
    """All explorers, on models of the chapters' sizes."""
    torch.manual_seed(0)
    weight = torch.randn(512, 512)
    before, after = {"fc": weight}, {"fc": weight + 0.1 * torch.randn_like(weight)}
    scores = {"magnitude": {"fc": weight.abs()}, "random": {"fc": torch.rand_like(weight)}}
    sliders = {
        "stem and stage 1": ["conv1"],
        "inside": ["layer1.0.conv1", "layer2.0.conv1", "layer3.0.conv1", "layer4.0.conv1"],
        "stage 3": ["layer3.0.conv2"],
    }
    digits = load("digits")
    small, images, labels = small_cnn(width=8), digits.normalize(digits.validation.images), digits.validation.labels
    scanned = scan(small, Batches(digits, digits.validation, 500), BITS, settings=[8, 6, 5, 4, 3, 2])
    return {
        "memory": memory_explorer(),
        "threshold": threshold_explorer(weight),
        "schedule": schedule_explorer(),
        "movement": movement_explorer(before, after, scores),
        "channels": channels_explorer(resnet18(width=16), torch.zeros(1, 3, 32, 32), sliders),
        "temperature": temperature_explorer(
            torch.randn(20, 10), torch.rand(20, 1, 8, 8), classes=[str(digit) for digit in range(10)]
        ),
        "student": student_explorer(),
        "losses": losses_explorer(
            [{"terms": list(terms), "seed": seed, "accuracy": 0.9} for terms in TRIED for seed in range(3)],
            dict.fromkeys(TERMS, (2.0, 1.0)),
            weights=dict.fromkeys(TERMS, 1.0),
            data="digits",
        ),
        "teacher cost": teacher_cost_explorer(),
        "quantization": quantization_explorer(weight),
        "budget": budget_explorer(small, BITS, scanned, images, labels, budget_bytes=5000),
        "mixed precision": mixed_precision_explorer(
            small_cnn(channels=1, width=8), [torch.rand(256, 1, 8, 8)], torch.rand(250, 1, 8, 8), torch.arange(250) % 10
        ),
        "confidence": confidence_explorer(
            {name: 3 * torch.randn(2000, 10) for name in ("original", "compressed")}, torch.arange(2000) % 10
        ),
        "device": device_explorer(
            {
                "picture": Workload("a picture", macs=10**9, weights=10**7, values=10**7, peak_values=10**6),
                "token": Workload("a token", macs=10**9, weights=10**9, values=10**6, peak_values=10**5),
            }
        ),
        "latency": latency_explorer(
            Load(8.0, tuple(Sent(n / 100, 0.005 + 1e-5 * n, 200, 1 + (n > 400)) for n in range(800)))
        ),
        "combinations": combinations_explorer(
            [
                {"method": method, "way": way, "accuracy": 0.9, "interval": {"low": 0.88, "high": 0.92}, "bytes": 5000}
                for method in ("Q", "P", "D", "Q+P", "Q+D", "P+D", "Q+P+D")
                for way in ("in stages", "jointly")
            ],
            data="digits",
        ),
        "orders": orders_explorer(
            [
                {"pruning": pruning, "order": order, "history": [[UNTOUCHED, *map(stage, order)]] * 3}
                for pruning in ("unstructured", "channels")
                for order in itertools.permutations(("prune", "distil", "quantize"))
            ],
            data="digits",
        ),
        "repetition": repetition_explorer({name: (1 + torch.rand(200)).tolist() for name in ("fp32", "int8")}),
        "constraints": constraints_explorer(
            {name: torch.rand(300).tolist() for name in ("kilobytes", "accuracy", "MACs")},
            {"kilobytes": "min", "accuracy": "max", "MACs": "min"},
            names=[str(number) for number in range(300)],
            data="random numbers",
        ),
        "capstone": capstone_explorer(
            [Candidate(f"variant {n}", 10**6 // (n + 1), 1 / (n + 1), 0.95 - n / 200, 0.95) for n in range(10)],
            Candidate("yours", 50_000, 0.1, 0.93, 0.93),
            data="digits32",
        ),
    }


def stage(name: str) -> dict[str, object]:
    """A line of a pipeline's history."""
    return {"stage": name, "before": 0.5, "accuracy": 0.8, "weight_bytes": 1000}


def redraws(explorer: widgets.VBox) -> dict[str, float]:
    """Move the controls in turn; medians of the milliseconds that a redraw took."""
    *controls, _ = explorer.children
    elapsed, computed = [], []
    for move in range(MOVES):
        start, cpu = time.perf_counter(), time.process_time()
        nudge(controls[move % len(controls)])
        elapsed.append(1e3 * (time.perf_counter() - start))
        computed.append(1e3 * (time.process_time() - cpu))
    return {"wall_ms_p50": statistics.median(elapsed), "cpu_ms_p50": statistics.median(computed)}


def nudge(control: widgets.Widget) -> None:
    """Change a control's value by one step, back to its beginning at its end."""
    if hasattr(control, "options"):
        control.index = ((control.index or 0) + 1) % len(control.options)
    elif isinstance(control, widgets.Checkbox):
        control.value = not control.value
    elif isinstance(control, widgets.IntRangeSlider | widgets.FloatRangeSlider):
        low, high = control.value
        control.value = (low + control.step, high) if low + control.step < high else (control.min, high)
    elif isinstance(control, widgets.FloatLogSlider):
        larger = control.value * 10**control.step
        control.value = larger if larger < 10**control.max else 10**control.min
    else:
        larger = control.value + control.step
        control.value = larger if larger <= control.max else control.min


if __name__ == "__main__":
    main()
