"""Six orders of pruning, distilling and quantizing: `python reference/pipeline/orders.py`.

The network of `setup.py` goes through three stages of 2 epochs each in every order, once with unstructured pruning and
once with channels cut out. *Distil* trains the network so far on the answers of the original, which teaches in
every order; *quantize* trains with the rounding. What a stage has removed or rounded stays so in those after it.

Studied are the order and the kind of pruning. Nothing is tuned: one recipe serves every stage.
Beside this script it writes `orders.json`: test accuracies, differences from the order prune, distil, quantize in
intervals paired by image and clustered by handwritten digit, each order's history on the validation images, and the
ONNX file of the first seed. About 15 minutes on one core; a finished stage is kept in the cache folder, so a killed
script goes on where it stopped.
"""

import hashlib
import itertools
import json
from functools import partial
from pathlib import Path
from typing import Any

import torch
from setup import (
    ALPHA,
    BITS,
    CACHE,
    EPOCHS,
    EXAMPLE,
    RATIO,
    SEEDS,
    SPARSITY,
    TEMPERATURE,
    accuracy,
    answers,
    calibration,
    data,
    difference,
    original,
    recipe,
    settings,
    shipped,
)
from torch import nn

from compresslab import pipeline
from compresslab.files import write_json
from compresslab.hardware import machine

STAGES = ("prune", "distil", "quantize")
ORDERS = tuple(itertools.permutations(STAGES))
PRUNING = ("unstructured", "channels")
HERE = Path(__file__)


def main() -> None:
    """Run what has not yet been run, and write the file."""
    torch.set_num_threads(1)
    dataset, _ = data()
    right = {
        (pruning, order): [
            answers(CACHE / f"{named(pruning, order, EPOCHS)} {seed}.npy", dataset, partial(run, pruning, order, seed))
            for seed in SEEDS
        ]
        for pruning in PRUNING
        for order in ORDERS
    }
    before = [answers(CACHE / f"original {seed}.npy", dataset, partial(original, dataset, seed)) for seed in SEEDS]
    groups = dataset.test.groups
    write_json(
        HERE.with_suffix(".json"),
        {
            **settings(dataset),
            "original": accuracy(before, groups),
            "runs": [
                {"pruning": pruning, "order": list(order), **accuracy(hits, groups)}
                | {"history": [history(pruning, order, seed) for seed in SEEDS]}
                | {"shipped": shipped(run(pruning, order, SEEDS[0]), dataset)}
                for (pruning, order), hits in right.items()
            ],
            "differences": [
                {"pruning": pruning, "order": list(order), "against": list(STAGES)}
                | difference(hits, right[pruning, STAGES], groups)
                for (pruning, order), hits in right.items()
                if order != STAGES
            ]
            + [
                {"pruning": pruning, "order": list(order), "against": ["original"]} | difference(hits, before, groups)
                for (pruning, order), hits in right.items()
            ],
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def run(pruning: str, order: tuple[str, ...], seed: int, epochs: int = EPOCHS) -> nn.Module:
    """The model after the last stage."""
    _, part = data()
    result = pipeline.run_pipeline(
        original(data()[0], seed),
        plan(pruning, order, seed, epochs),
        part,
        folder=CACHE / f"stages {seed}",
        trained=True,
        progress=False,
    )
    return result.model


def plan(pruning: str, order: tuple[str, ...], seed: int, epochs: int = EPOCHS) -> list[pipeline.Stage]:
    """The stages, each named after all that has been done with it: orders that begin alike share their stages."""
    _, part = data()
    stages = []
    for number, kind in enumerate(order, 1):
        name = named(pruning, order[:number], epochs * number // len(order))
        tune = recipe(epochs // len(order), seed, number)
        if kind == "prune" and pruning == "unstructured":
            stage = pipeline.prune(SPARSITY, recipe=tune, name=name)
        elif kind == "prune":
            stage = pipeline.prune_channels(RATIO, EXAMPLE, recipe=tune, name=name)
        elif kind == "distil":
            stage = pipeline.distil(tune, temperature=TEMPERATURE, alpha=ALPHA, name=name)
        else:
            stage = pipeline.quantize(calibration(part, seed), bits=BITS, ranges="mse", recipe=tune, name=name)
        stages.append(stage)
    return stages


def named(pruning: str, order: tuple[str, ...], epochs: int) -> str:
    """A stage's folder."""
    done = "+".join(pruning if kind == "prune" else kind for kind in order)
    return f"{done}, {epochs} epochs"


def history(pruning: str, order: tuple[str, ...], seed: int) -> list[dict[str, Any]]:
    """What the pipeline kept, without seconds, which say nothing on a busy machine."""
    path = CACHE / f"stages {seed}" / named(pruning, order, EPOCHS) / "history.json"
    lines = json.loads(path.read_text(encoding="utf-8"))
    kinds = ("", *order)
    return [
        {"stage": kind or "original"}
        | {key: line[key] for key in ("before", "accuracy", "epochs", "macs", "zero_share", "weight_bytes")}
        for kind, line in zip(kinds, lines, strict=True)
    ]


if __name__ == "__main__":
    main()
