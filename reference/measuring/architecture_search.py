"""Does a search beat width scaling at equal latency? `python reference/measuring/architecture_search.py`.

The cap is the measured latency of a ResNet-18 of width `CAP_WIDTH`. Evolution looks for the network with the best
accuracy after a short training among those that the latency table puts under the cap; the fittest are measured, and the
first that is no slower than the cap's network is the winner. Its rival is the ResNet-18 of the smallest width that is
no faster than it: width scaling with at least as much time. Both are then trained alike from new weights, three times,
on more images and for longer, and are compared on test images, paired by image and clustered by handwritten digit. The
rival is also trained as shortly as the search's networks: would the search have chosen it, had it come to it?

Studied: the architecture. Tuned for either side: nothing but that, with `EVALUATIONS` short trainings for the search
and the width for its rival. Fixed for both: the recipes, which were chosen on neither. One search, not three: the
seeds are those of the training.

About 13 minutes on one core, of which half are the search. The table, the search's trials and the trained networks'
answers are kept in the cache folder, so a killed script goes on where it stopped.
"""

import hashlib
import json
import time
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.benchmark import Benchmark
from compresslab.cost import mac_count, parameter_count
from compresslab.data import Dataset, load
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.latency_table import LatencyTable, measure_latencies
from compresslab.models import resnet18
from compresslab.recording import accuracy, difference, kept_answers
from compresslab.search.architecture import (
    Finalist,
    NetworkLatency,
    architecture_space,
    build_network,
    measure_finalists,
    search_architecture,
    table_for,
)
from compresslab.search.space import Configuration, size_of
from compresslab.search.study import Study
from compresslab.training import Recipe, fit

SEEDS = (0, 1, 2)
CAP_WIDTH = 8
WIDTHS = range(4, 13)  # of the ResNet-18s among which the rival is
SPACE = architecture_space(widths=((8, 16, 24), (16, 32, 48), (32, 64, 96), (64, 96, 128)))
SHORT_IMAGES, LONG_IMAGES = 2500, 4000
SHORT = Recipe(epochs=7, batch_size=32, optimizer="adamw", learning_rate=0.004, weight_decay=0.01, augment=())
LONG = replace(SHORT, epochs=14, augment=None)
EVALUATIONS, POPULATION, TOURNAMENT, SEARCH_SEED = 26, 8, 3, 0
FINALISTS = 5
ROUNDS = 200
EXAMPLE = torch.zeros(1, 3, 32, 32)
CACHE = cache_folder() / "architecture_search"
HERE = Path(__file__)


def main() -> None:
    """Search, measure, train, and write `architecture_search.json` beside this script."""
    torch.set_num_threads(1)
    CACHE.mkdir(parents=True, exist_ok=True)
    dataset = load("digits32")
    table, cap = kept_table()
    latency = NetworkLatency(table, EXAMPLE)
    print(f"cap {1e3 * cap:.3f} ms, {len(table.seconds)} operations", flush=True)
    study = search_architecture(
        partial(short_accuracy, dataset.subset(train=SHORT_IMAGES), SHORT),
        SPACE,
        latency,
        cap_seconds=cap,
        evaluations=EVALUATIONS,
        population=POPULATION,
        tournament=TOURNAMENT,
        seed=SEARCH_SEED,
        folder=CACHE,
    )
    finalists, measured = measure_finalists(
        study,
        EXAMPLE,
        beside={f"width {width}": resnet18(width=width).eval() for width in WIDTHS},
        count=FINALISTS,
        rounds=ROUNDS,
        clock=time.process_time_ns,
    )
    winner = winning(finalists, measured)
    width = rival(winner, measured)
    print(f"winner: trial {winner.trial.number}, rival: width {width}", flush=True)
    makers = {
        "searched": partial(build_network, winner.trial.configuration),
        "width scaling": partial(resnet18, width=width),
    }
    longer = dataset.subset(train=LONG_IMAGES)
    right = {
        name: [
            kept_answers(answers_path(name, make(), seed), longer, partial(trained, make, longer, seed))
            for seed in SEEDS
        ]
        for name, make in makers.items()
    }
    short = kept_short(dataset, width)
    record(dataset, table, cap, study, finalists, winner, measured, width, right, short)


def kept_table() -> tuple[LatencyTable, float]:
    """The table and the cap, which must stay the same when the search goes on."""
    path = CACHE / "table.json"
    if not path.exists():
        table = table_for(SPACE, EXAMPLE, rounds=25, clock=time.process_time_ns)
        network = {"cap": resnet18(width=CAP_WIDTH).eval()}
        cap = measure_latencies(network, EXAMPLE, rounds=ROUNDS, clock=time.process_time_ns)[0]["cap"]
        line = {"intercept_seconds": table.intercept_seconds, "slope": table.slope}
        write_json(path, {"seconds": table.seconds, **line, "cap": cap})
    found = json.loads(path.read_text())
    return LatencyTable(found["seconds"], found["intercept_seconds"], found["slope"], machine(1)), found["cap"]


def short_accuracy(dataset: Dataset, recipe: Recipe, model: nn.Module) -> float:
    """The validation accuracy after a short training."""
    return fit(model, dataset, recipe, progress=False).history[-1].validation_accuracy


def kept_short(dataset: Dataset, width: int) -> float:
    """What the search would have seen of the rival: whether it missed a better plan, or ranked it lower."""
    path = CACHE / f"short-{width}.json"
    if not path.exists():
        torch.manual_seed(SEARCH_SEED)
        network = resnet18(width=width)
        write_json(path, {"accuracy": short_accuracy(dataset.subset(train=SHORT_IMAGES), SHORT, network)})
    return json.loads(path.read_text())["accuracy"]


def winning(finalists: list[Finalist], measured: Benchmark) -> Finalist:
    """The fittest that was not slower than the network of the cap."""
    for found in finalists:
        if measured.ratio(f"trial {found.trial.number}", f"width {CAP_WIDTH}").value >= 1:
            return found
    raise SystemExit("none of the finalists keeps the cap when measured: raise FINALISTS")


def rival(winner: Finalist, measured: Benchmark) -> int:
    """The smallest width of a ResNet-18 that was not faster than the winner."""
    name = f"trial {winner.trial.number}"
    width = next(width for width in WIDTHS if measured.ratio(name, f"width {width}").value >= 1)
    if width == WIDTHS[0]:
        raise SystemExit(f"the winner is faster than all widths of {WIDTHS}: begin lower")
    return width


def answers_path(name: str, network: nn.Module, seed: int) -> Path:
    """Named by the architecture, so that another winner's answers are not taken for this one's."""
    return CACHE / f"{name}-{hashlib.sha256(repr(network).encode()).hexdigest()[:8]}-{seed}.npy"


def trained(make: Any, dataset: Dataset, seed: int) -> nn.Module:
    """A network after the long training; data order and first weights are of the seed."""
    torch.manual_seed(1000 + seed)
    return fit(make(), dataset, replace(LONG, seed=1000 + seed), progress=False).model


def of_network(network: nn.Module) -> dict[str, object]:
    """Its size and arithmetic."""
    return {
        "parameters": parameter_count(network),
        "million_macs": round(mac_count(network, tuple(EXAMPLE.shape)) / 1e6, 3),
    }


def ms(seconds: float) -> float:
    """Milliseconds, as they are written."""
    return round(1e3 * seconds, 4)


def record(
    dataset: Dataset,
    table: LatencyTable,
    cap: float,
    study: Study,
    finalists: list[Finalist],
    winner: Finalist,
    measured: Benchmark,
    width: int,
    right: dict[str, list[Tensor]],
    short: float,
) -> None:
    """Write the file."""
    name, against = f"trial {winner.trial.number}", f"width {width}"
    ratio = measured.ratio(name, against)
    medians = {name: ms(timing.latency_ms(50) / 1e3) for name, timing in measured.timings.items()}
    compared = difference(right["searched"], right["width scaling"], dataset.test.groups)
    print(json.dumps(compared), f"{ratio.value:.3f} times as fast", flush=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "what": "evolutionary search under a latency cap against a narrower ResNet-18 of equal measured latency",
            "data": {
                "name": dataset.name,
                "images": {"search": SHORT_IMAGES, "train": LONG_IMAGES}
                | {part: len(getattr(dataset, part)) for part in ("validation", "test")},
            },
            "space": {name: list(values) for name, values in SPACE.items()} | {"configurations": size_of(SPACE)},
            "recipes": {"search": asdict(SHORT), "comparison": asdict(LONG) | {"seed": "1000 + that of the run"}},
            "search": {
                "evaluations": EVALUATIONS,
                "population": POPULATION,
                "tournament": TOURNAMENT,
                "seed": SEARCH_SEED,
                "minutes": round(sum(trial.seconds for trial in study.trials) / 60, 2),
            },
            "latency": {
                "clock": "CPU time",
                "threads": 1,
                "shape": list(EXAMPLE.shape),
                "rounds": ROUNDS,
                "operations": len(table.seconds),
                "cap": f"resnet18(width={CAP_WIDTH}) as measured",
                "cap_ms": ms(cap),
            },
            "trials": [
                {
                    "number": trial.number,
                    "configuration": told(trial.configuration),
                    "accuracy": round(trial.values["fitness"], 4),
                    "estimated_ms": ms(trial.values["cost"]),
                }
                for trial in study.finished
                if trial.values is not None
            ],
            "failed": [{"number": trial.number, "error": trial.error} for trial in study.trials if trial.failed],
            "finalists": [
                {
                    "number": found.trial.number,
                    "measured_ms": ms(found.measured_seconds),
                    "estimate_error": round(found.estimate_error, 4),
                }
                for found in finalists
            ],
            "winner": {
                "number": winner.trial.number,
                "configuration": told(winner.trial.configuration),
                "measured_ms": medians[name],
                **of_network(build_network(winner.trial.configuration)),
                **accuracy(right["searched"], dataset.test.groups),
            },
            "rival": {
                "network": f"resnet18(width={width})",
                "accuracy_in_search": round(short, 4),
                "measured_ms": medians[against],
                **of_network(resnet18(width=width)),
                **accuracy(right["width scaling"], dataset.test.groups),
            },
            "resnet18_ms": {str(each): medians[f"width {each}"] for each in WIDTHS},
            "speedup_of_winner": {
                "value": round(ratio.value, 4),
                "low": round(ratio.interval.low, 4),
                "high": round(ratio.interval.high, 4),
                "confidence": ratio.interval.level,
            },
            "difference": compared,
            "seeds": list(SEEDS),
            "machine": machine(1).to_dict(),
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
        },
    )


def told(configuration: Configuration) -> list[str]:
    """A line for each stage."""
    plan = [[configuration[f"{setting}{number}"] for setting in ("depth", "block", "width")] for number in range(1, 5)]
    return [f"{depth} x {block}, {width} channels" for depth, block, width in plan]


if __name__ == "__main__":
    main()
