"""Small students of the shipped network: `python reference/distillation/students_photographs.py ARCHIVE`.

The teacher is the shipped ResNet-18 of width 64, which saw all training images; a student of width 8 trains on a
random part of them: alone, on the teacher's answers (response), or also on the distances and angles between its
features (hybrid). Answers and features come from a cache. All runs of a seed begin with the same weights and see the
same images in the same order. They are compared twice: after equal epochs; and at equal seconds, where the student
alone trains for as many more epochs as the distilled one's time buys, the filling of the cache counted, the teacher's
training not.

Studied: what the student learns from. Fixed for all: the recipe. Nothing was tuned, for any side.

Beside this script it writes `students_photographs.json`: accuracies on all test images, CPU seconds of a step (measured
first, in turn), and differences with intervals paired by image. About six minutes on one core for a seed. What is
finished is kept in the cache folder, so a killed script goes on where it stopped; the file has the runs that are done.
ARCHIVE is a class-per-folder copy of CIFAR-10.
"""

import hashlib
import json
import math
import sys
import time
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import torch
from runs import Run, kept
from torch import Tensor, nn

from compresslab.cost import mac_count, parameter_count
from compresslab.data import Batch, Dataset, load
from compresslab.distillation import (
    TeacherCache,
    angle_loss,
    answers,
    cache_teacher,
    captured,
    distance_loss,
    distillation_loss,
    frozen,
)
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import Baseline, load_baseline, resnet18
from compresslab.recording import difference, share
from compresslab.training import Recipe, autocast, cross_entropy
from compresslab.training.fit import training_batches
from compresslab.training.state import State
from compresslab.training.step import Objective, train_step

SEEDS = (0, 1)
TRAIN_IMAGES = 6000
WIDTH = 8
RECIPE = Recipe(epochs=10, learning_rate=0.1, views=2)
TEMPERATURE, ALPHA = 4.0, 0.9
DISTANCE, ANGLE = 25.0, 50.0  # weights of Park et al. 2019
METHODS = ("response", "hybrid")
ROUNDS = 12  # of timed steps
CACHE = cache_folder() / "students_photographs"
HERE = Path(__file__)


class WithFeatures(nn.Module):
    """Logits and what is before the last layer, in one row: a cache of it has both.

    Args:
        network: a ResNet-18; is part of it.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        with captured(self.network, ["avgpool"]) as features:
            logits = self.network(images)
        return torch.cat([logits, features["avgpool"].flatten(1)], dim=1)


def main() -> None:
    """Train what is not yet trained, and write the file."""
    torch.set_num_threads(1)
    baseline = load_baseline(width=64)
    dataset = load(f"imagefolder:{sys.argv[1]}", title="CIFAR-10 (JPEG copy)").subset(train=TRAIN_IMAGES)
    teacher = WithFeatures(baseline.model)
    costs = measured_costs(dataset, teacher)
    longer = {name: math.ceil(exact) for name, exact in equal_seconds(costs, dataset).items()}
    found: dict[str, list[Run]] = {}
    for seed in SEEDS:
        recipe = replace(RECIPE, seed=seed)
        batches = training_batches(dataset, recipe)
        cache = cache_teacher(teacher, batches, CACHE / f"answers-{seed}", keep="fp32", progress=False)
        print(f"seed {seed}: answers are kept", flush=True)
        plans: dict[str, tuple[Recipe, Objective | None]] = {
            "alone": (recipe, None),
            "response": (recipe, cached_terms(cache, relations=False)),
            "hybrid": (recipe, cached_terms(cache, relations=True)),
            **{as_long_as(name): (replace(recipe, epochs=epochs), None) for name, epochs in longer.items()},
        }
        for name, (plan, objective) in plans.items():
            _, run = kept(CACHE / f"{name}-{seed}", network(seed), dataset, plan, objective)
            found.setdefault(name, []).append(run)
            record(dataset, baseline, found, costs, longer)


def network(seed: int) -> nn.Module:
    """A student before any training."""
    torch.manual_seed(seed)
    return resnet18(width=WIDTH)


def cached_terms(cache: TeacherCache, *, relations: bool) -> Objective:
    """The response loss, and if wanted the relations of features, of what a `WithFeatures` said."""

    def objective(student: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        assert batch.view is not None
        kept = cache.logits(batch.ids, batch.view)
        with captured(student, ["avgpool"]) as features:
            logits = student(batch.images)
        teacher_logits, theirs = kept[:, : logits.shape[1]], kept[:, logits.shape[1] :]
        loss = distillation_loss(logits, teacher_logits, batch.labels, temperature=TEMPERATURE, alpha=ALPHA)
        if relations:
            mine = features["avgpool"]
            loss = loss + DISTANCE * distance_loss(mine, theirs) + ANGLE * angle_loss(mine, theirs)
        return loss, logits

    return objective


def measured_costs(dataset: Dataset, teacher: nn.Module) -> dict[str, Any]:
    """CPU seconds of a step by each method and of a teacher's forward pass, in turn; from an earlier start if there."""
    path = CACHE / "costs.json"
    if not path.exists():
        few = dataset.subset(train=ROUNDS * RECIPE.batch_size)
        batches, fixed = training_batches(few, RECIPE), frozen(teacher)
        cache = cache_teacher(teacher, batches, CACHE / "costs", keep="fp32", progress=False)
        objectives = {
            "alone": cross_entropy(),
            "response": cached_terms(cache, relations=False),
            "hybrid": cached_terms(cache, relations=True),
        }
        states = {name: State(network(0), RECIPE, steps_per_epoch=len(batches)) for name in objectives}
        seconds: dict[str, list[float]] = {name: [] for name in (*objectives, "teacher")}
        for batch in islice(batches.epoch(0), ROUNDS):
            for name, objective in objectives.items():
                states[name].model.train()
                started = time.process_time()
                train_step(states[name], batch, objective)
                seconds[name].append(time.process_time() - started)
            started = time.process_time()
            with autocast(RECIPE.precision, torch.device("cpu")):
                answers(fixed, batch.images)
            seconds["teacher"].append(time.process_time() - started)
        write_json(path, {"seconds": {name: median(each) for name, each in seconds.items()}, "rounds": ROUNDS})
        print(path.read_text(), flush=True)
    return json.loads(path.read_text())


def equal_seconds(costs: dict[str, Any], dataset: Dataset) -> dict[str, float]:
    """For how many epochs the student alone trains in the time of each method."""
    steps, seconds = len(training_batches(dataset, RECIPE)), costs["seconds"]
    views = RECIPE.views or 1
    filling = views * math.ceil(len(dataset.train) / RECIPE.batch_size) * seconds["teacher"]
    return {name: (RECIPE.epochs * seconds[name] + filling / steps) / seconds["alone"] for name in METHODS}


def as_long_as(method: str) -> str:
    """The student alone that trains for as many seconds as a distilled one."""
    return f"alone, as long as {method}"


def record(
    dataset: Dataset, baseline: Baseline, found: dict[str, list[Run]], costs: dict[str, Any], longer: dict[str, int]
) -> None:
    """Write the file with the runs that are done; differences of what all begun seeds have."""
    whole = {name for name, runs in found.items() if len(runs) == len(found["alone"])}

    def compared(method: str, against: str, at: str) -> dict[str, Any]:
        between = difference(
            [run.right for run in found[method]], [run.right for run in found[against]], dataset.test.groups
        )
        return {"method": method, "against": against.partition(",")[0], "at": at} | between

    shape = (1, dataset.channels, dataset.image_size, dataset.image_size)
    teacher, student = baseline.model, resnet18(width=WIDTH)
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {
                "name": dataset.name,
                "images": {name: len(getattr(dataset, name)) for name in ("train", "validation", "test")},
            },
            "teacher": "resnet18(width=64), the shipped baseline",
            "teacher_accuracy": baseline.test_accuracy,
            "student": f"resnet18(width={WIDTH})",
            "parameters": {"teacher": parameter_count(teacher), "student": parameter_count(student)},
            "macs": {"teacher": mac_count(teacher, shape), "student": mac_count(student, shape)},
            "recipe": asdict(RECIPE) | {"seed": "that of the run"},
            "methods": {
                "response": f"{ALPHA} soft answers at temperature {TEMPERATURE:g}, {1 - ALPHA:.1f} labels",
                "hybrid": f"response, {DISTANCE:g} distances and {ANGLE:g} angles of avgpool",
            },
            "seeds": list(SEEDS[: len(found["alone"])]),
            "costs": costs,
            "equal_seconds": {
                name: {"exact_epochs": exact, "epochs": longer[name]}
                for name, exact in equal_seconds(costs, dataset).items()
            },
            "runs": [
                {
                    "method": name.partition(",")[0],
                    "epochs": len(run.validation),
                    "seed": seed,
                    "accuracy": share(run.right),
                    "validation": run.validation,
                }
                for name, runs in found.items()
                for seed, run in zip(SEEDS, runs, strict=False)
            ],
            "differences": [
                compared(*each)
                for each in (
                    *((name, "alone", "equal epochs") for name in METHODS),
                    *((name, as_long_as(name), "equal seconds") for name in METHODS),
                    ("hybrid", "response", "equal epochs"),
                )
                if whole.issuperset(each[:2])
            ],
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine().to_dict(),
        },
    )


if __name__ == "__main__":
    main()
