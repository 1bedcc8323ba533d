"""Which sampler finds the frontier soonest? `python reference/choosing/samplers.py` writes samplers.json beside it.

NSGA-II, TPE and random sampling, each from `SEEDS` seeds with `TRIALS` different configurations out of the 300 of
sweep_digits.json, and one coarse grid of as many that a person might choose. Every result is looked up in that file, so
nothing is trained; the true frontier of the whole grid is known, and so is the share of its hypervolume that a sampler
reaches. Objectives: the logarithm of the bytes and the validation accuracy, means over the training seeds; in a second
round the logarithm of the MACs besides.

Studied: the samplers. Fixed: the budget, the space, the reference points (below), NSGA-II's population of 10, as its
default of 50 would be random draws alone. Nothing was tuned. Takes a minute on one core.
"""

import base64
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch

from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.pareto import Direction, hypervolume
from compresslab.recorded import load_recorded
from compresslab.search import Configuration, Study, sweep

TRIALS, SEEDS = 40, range(20)
CHECKPOINTS = (10, 20, 30, 40)  # trials after which the hypervolume is taken
OPTIONS: dict[str, dict[str, Any]] = {"nsga2": {"population_size": 10}, "tpe": {}, "random": {}}
COARSE = {"width": [3, 6, 8, 12, 16], "sparsity": [0.0, 0.8], "bits": [8, 4], "distilled": [False, True]}
LEAST_ACCURACY = 0.8  # of the reference point; its other coordinates are the largest of the grid
ROUNDS: dict[str, dict[str, Direction]] = {
    "two objectives": {"log10_bytes": "min", "accuracy": "max"},
    "three objectives": {"log10_bytes": "min", "accuracy": "max", "log10_macs": "min"},
}
HERE = Path(__file__)


def main() -> None:
    """Run all rounds, and write the file."""
    torch.set_num_threads(1)
    swept = load_recorded("choosing/sweep_digits")
    table = {key(line): measured(line, swept["data"]["images"]["validation"]) for line in swept["configurations"]}
    found = {name: one_round(directions, swept["space"], table) for name, directions in ROUNDS.items()}
    write_json(
        HERE.with_suffix(".json"),
        {
            "table": "reference/choosing/sweep_digits.json",
            "table_sha256": hashlib.sha256((HERE.parent / "sweep_digits.json").read_bytes()).hexdigest(),
            "data": swept["data"]["name"],
            "configurations": len(table),
            "trials": TRIALS,
            "seeds": list(SEEDS),
            "options": OPTIONS,
            "coarse_grid": COARSE,
            "rounds": found,
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def one_round(
    directions: dict[str, Direction], space: dict[str, list[Any]], table: dict[str, dict[str, float]]
) -> dict[str, Any]:
    """Shares of the whole grid's hypervolume, by sampler, seed and number of trials."""
    worst = {name: max(line[name] for line in table.values()) for name in directions}
    reference = worst | {"accuracy": LEAST_ACCURACY}

    def volume(lines: list[dict[str, float]]) -> float:
        columns = {name: [line[name] for line in lines] for name in directions}
        return hypervolume(columns, directions, reference=reference)

    whole = volume(list(table.values()))

    def shares(study: Study) -> list[float]:
        tried = [table[key(trial.configuration)] for trial in study.trials]
        return [round(volume(tried[:trials]) / whole, 5) for trials in CHECKPOINTS]

    def objective(configuration: Configuration) -> dict[str, float]:
        return table[key(configuration)]

    by_seed = {
        name: [
            shares(sweep(objective, space, directions, sampler=name, trials=TRIALS, seed=seed, options=options))
            for seed in SEEDS
        ]
        for name, options in OPTIONS.items()
    }
    coarse = shares(sweep(objective, COARSE, directions, sampler="grid"))[-1]
    for name, runs in by_seed.items():
        last = [run[-1] for run in runs]
        print(f"{', '.join(directions)}: {name} {np.mean(last):.3f} +- {np.std(last, ddof=1):.3f}", flush=True)
    print(f"coarse grid {coarse:.3f}")
    return {
        "directions": directions,
        "reference": reference,
        "hypervolume_of_all": whole,
        "checkpoints": list(CHECKPOINTS),
        "share_by_seed": by_seed,
        "coarse_grid": coarse,
        "differences": {
            f"{one} less {other}": difference(by_seed[one], by_seed[other])
            for one, other in (("nsga2", "random"), ("tpe", "random"), ("tpe", "nsga2"))
        },
    }


def difference(one: list[list[float]], other: list[list[float]]) -> dict[str, Any]:
    """Of the mean shares at the end: a bootstrap of seeds, which are independent on both sides."""
    a, b = (np.array([run[-1] for run in runs]) for runs in (one, other))
    random = np.random.default_rng(0)
    draws = [random.choice(side, size=(10_000, len(side))).mean(axis=1) for side in (a, b)]
    low, high = np.quantile(draws[0] - draws[1], [0.025, 0.975])
    return {"mean": float(a.mean() - b.mean()), "interval": {"low": float(low), "high": float(high), "level": 0.95}}


def measured(line: dict[str, Any], validation: int) -> dict[str, float]:
    """Means over the training seeds."""
    return {
        "log10_bytes": math.log10(float(np.mean(line["bytes"]))),
        "accuracy": float(np.mean([bits(right)[:validation].mean() for right in line["right"]])),
        "log10_macs": math.log10(line["macs"]),
    }


def bits(packed: str) -> np.ndarray:
    """Which images are right; the last byte is filled up with zeros."""
    return np.unpackbits(np.frombuffer(base64.b64decode(packed), dtype=np.uint8))


def key(configuration: dict[str, Any]) -> str:
    """Of a configuration, whatever else stands beside it."""
    return json.dumps([configuration[name] for name in COARSE])


if __name__ == "__main__":
    main()
