"""What does a student gain from its teacher? `python reference/distillation/students_digits32.py`.

A ResNet-18 of width 4 is trained on digits32 by each method of `METHODS` from a teacher of width 16, the same one for
all seeds; by itself; and by itself with smoothed labels, a control that softens targets without a teacher. All runs of
a seed begin with the same weights and see the same images in the same order. They are compared twice: after equal
epochs; and at equal seconds, where the student alone trains for as many more epochs as the time of the distilled one
buys. That time is its steps, with the teacher's forward passes where it is asked online, or with the filling of the
cache; the teacher's own training is not counted.

Studied: the methods. Fixed for all: the recipe. The weights of the terms are those of the papers, brought to this
library's units; nothing was tuned, for any side.

Beside this script it writes `students_digits32.json`: accuracies, seconds of a step, and differences with intervals
paired by image and clustered by handwritten digit. `students_digits32.py costs` measures the seconds of a step and must
run first, alone on the machine, for a minute. The rest takes about 25 minutes on one core. What is finished is kept in
the cache folder, so a killed script goes on where it stopped; the file has the seeds that are done.
"""

import hashlib
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import torch
import torch.nn.functional as F
from runs import Run, kept
from torch import Tensor, nn

from compresslab.cost import mac_count, parameter_count
from compresslab.data import Batch, Dataset, load
from compresslab.distillation import (
    Seen,
    TeacherCache,
    Term,
    WithProjectors,
    angle_loss,
    attention_loss,
    cache_teacher,
    cached_objective,
    decoupled_loss,
    distance_loss,
    distillation_loss,
    hint_loss,
    hybrid_objective,
    similarity_loss,
)
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.recording import difference, share
from compresslab.training import Recipe, cross_entropy
from compresslab.training.fit import training_batches
from compresslab.training.state import State
from compresslab.training.step import Objective, train_step

SEEDS = (0, 1, 2)
TRAIN_IMAGES = 4000  # a third of them, so that the script takes half an hour
TEACHER, STUDENT = 16, 4  # widths
RECIPE = Recipe(epochs=15, learning_rate=0.1, views=4)  # as many views as a cache of the teacher has to hold
TEACHER_EPOCHS = 24
TEMPERATURE, ALPHA = 4.0, 0.9
SMOOTHING = 0.1
ALIKE = (("response", "decoupled"), ("hint", "attention", "similarity"), ("relation", "hybrid"))  # in seconds
ROUNDS = 12  # of timed steps, each method once in each
CACHE = cache_folder() / "students_digits32"
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Method:
    """A way to use a teacher.

    Attributes:
        terms: of the loss, in words, with their weights.
        family: what the student learns from.
        asks: "cache" or "online", how the teacher answers.
    """

    terms: str
    family: str
    asks: str


ATTENTION = {"layer2": 16, "layer3": 8, "layer4": 4}  # side of the maps
METHODS = {
    "response": Method("0.9 soft answers at temperature 4, 0.1 labels", "answers", "cache"),
    "decoupled": Method("labels, 1 label against the rest, 8 the other classes, at temperature 4", "answers", "cache"),
    "hint": Method("labels, 10 hint on layer3", "features", "online"),
    "attention": Method("labels, 1000 / pixels attention on layer2, layer3 and layer4", "features", "online"),
    "relation": Method("labels, 25 distances, 50 angles of avgpool", "relations", "online"),
    "similarity": Method("labels, 3000 similarities of layer4", "relations", "online"),
    "hybrid": Method("response, with attention and relation as above", "all three", "online"),
}


def main() -> None:
    """Train what is not yet trained, and write the file."""
    torch.set_num_threads(1)
    dataset = load("digits32").subset(train=TRAIN_IMAGES)
    costs = json.loads((CACHE / "costs.json").read_text())
    budgets = equal_seconds(costs, steps=len(training_batches(dataset, RECIPE)))
    found: dict[str, list[Run]] = {}
    for seed in SEEDS:
        for name, run in of_seed(dataset, seed, budgets).items():
            found.setdefault(name, []).append(run)
        record(dataset, found, costs, budgets)


def of_seed(dataset: Dataset, seed: int, budgets: dict[str, dict[str, float]]) -> dict[str, Run]:
    """All runs of a seed, by method; the student alone has a name for each of its lengths."""
    recipe = replace(RECIPE, seed=seed)
    longer = replace(RECIPE, epochs=TEACHER_EPOCHS)
    teacher, of_teacher = kept(CACHE / "teacher", network(TEACHER, 0), dataset, longer)
    cache = cache_teacher(teacher, training_batches(dataset, recipe), CACHE / f"answers-{seed}", progress=False)
    found = {"teacher": of_teacher}  # one for all seeds
    for epochs in [RECIPE.epochs, *sorted({int(budget["epochs"]) for budget in budgets.values()})]:
        path, as_long = CACHE / f"alone-{epochs}-{seed}", replace(recipe, epochs=epochs)
        _, found[f"alone, {epochs} epochs"] = kept(path, network(STUDENT, seed), dataset, as_long)
    smoothed = replace(recipe, label_smoothing=SMOOTHING)
    _, found["label smoothing"] = kept(CACHE / f"smoothing-{seed}", network(STUDENT, seed), dataset, smoothed)
    for name in METHODS:
        model, objective = set_up(name, network(STUDENT, seed), teacher, cache, dataset)
        _, found[name] = kept(CACHE / f"{name}-{seed}", model, dataset, recipe, objective)
    return found


def network(width: int, seed: int) -> nn.Module:
    """A network before any training."""
    torch.manual_seed(1000 * width + seed)
    return resnet18(width=width)


def set_up(
    name: str, student: nn.Module, teacher: nn.Module, cache: TeacherCache, dataset: Dataset
) -> tuple[nn.Module, Objective]:
    """What is trained by a method, and its loss."""
    if name == "response":
        return student, cached_objective(cache, temperature=TEMPERATURE, alpha=ALPHA)
    if name == "decoupled":
        return student, decoupled_objective(cache)
    if name == "hint":
        example = torch.zeros(1, dataset.channels, dataset.image_size, dataset.image_size)
        student = WithProjectors(student, teacher, pairs=[("layer3", "layer3")], example=example)
    terms = {"hint": [LABELS, HINT], "attention": [LABELS, *ATTENTION_TERMS], "relation": [LABELS, *RELATION_TERMS]}
    terms |= {"similarity": [LABELS, SIMILARITY], "hybrid": [RESPONSE, *ATTENTION_TERMS, *RELATION_TERMS]}
    layers = {"hint": (), "attention": [*ATTENTION], "relation": ["avgpool"], "similarity": ["layer4"]}
    layers["hybrid"] = [*ATTENTION, "avgpool"]
    return student, hybrid_objective(teacher, terms[name], student_layers=layers[name], teacher_layers=layers[name])


def decoupled_objective(cache: TeacherCache) -> Objective:
    """Labels and the decoupled loss, of cached answers."""

    def objective(student: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        assert batch.view is not None
        logits = student(batch.images)
        teacher_logits = cache.logits(batch.ids, batch.view)
        loss = decoupled_loss(logits, teacher_logits, batch.labels, temperature=TEMPERATURE)
        return loss + F.cross_entropy(logits.float(), batch.labels), logits

    return objective


def attention_term(layer: str, side: int) -> Term:
    """Attention of a layer. The paper's weight of 1,000 is of the mean over pixels; this loss is the sum."""
    return Term(layer, lambda seen: attention_loss(seen.student[layer], seen.teacher[layer]), weight=1000 / side**2)


def of_pooled(loss: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Seen], Tensor]:
    """A loss on the features before the last layer."""
    return lambda seen: loss(seen.student["avgpool"], seen.teacher["avgpool"])


LABELS = Term("labels", lambda seen: F.cross_entropy(seen.student_logits.float(), seen.labels))
HINT = Term("hint", lambda seen: hint_loss(seen.projected["layer3"], seen.teacher["layer3"]), weight=10.0)
ATTENTION_TERMS = [attention_term(layer, side) for layer, side in ATTENTION.items()]
RELATION_TERMS = [
    Term("distance", of_pooled(distance_loss), weight=25.0),
    Term("angle", of_pooled(angle_loss), weight=50.0),
]
SIMILARITY = Term(
    "similarity", lambda seen: similarity_loss(seen.student["layer4"], seen.teacher["layer4"]), weight=3000.0
)
RESPONSE = Term(
    "response",
    lambda seen: distillation_loss(
        seen.student_logits, seen.teacher_logits, seen.labels, temperature=TEMPERATURE, alpha=ALPHA
    ),
)


def measure_costs() -> None:
    """Seconds of a training step by each method, taken in turn, and of filling the cache; weights don't matter."""
    torch.set_num_threads(1)
    dataset = load("digits32").subset(train=TRAIN_IMAGES)
    batches = training_batches(dataset, RECIPE)
    with TemporaryDirectory() as folder:
        teacher = network(TEACHER, 0)
        started = time.perf_counter()
        cache = cache_teacher(teacher, batches, folder, progress=False)
        filled = time.perf_counter() - started
        runs: dict[str, tuple[State, Objective]] = {}
        for name in ("alone", "label smoothing", *METHODS):
            model, objective = network(STUDENT, 0), cross_entropy()
            if name in METHODS:
                model, objective = set_up(name, model, teacher, cache, dataset)
            state = State(model, replace(RECIPE, epochs=100), steps_per_epoch=len(batches))
            state.model.train()
            runs[name] = state, objective
        seconds: dict[str, list[float]] = {name: [] for name in runs}
        for number, batch in zip(range(ROUNDS + 2), cycle(batches.epoch(0)), strict=False):
            for name, (state, objective) in runs.items():
                started = time.perf_counter()
                train_step(state, batch, objective)
                if number >= 2:  # the first ones lay out memory
                    seconds[name].append(time.perf_counter() - started)
    costs = {name: median(each) for name, each in seconds.items()}
    write_json(CACHE / "costs.json", {"step_seconds": costs, "cache_seconds": filled, "rounds": ROUNDS})
    print({name: f"{1000 * each:.0f} ms" for name, each in costs.items()}, f"cache {filled:.1f} s")


def equal_seconds(costs: dict[str, Any], steps: int) -> dict[str, dict[str, float]]:
    """For how many epochs the student alone trains in the time of each method.

    One run serves the methods of a line of `ALIKE`: it has the epochs of the dearest, rounded up. So a cheaper method
    meets a student that had somewhat more time than itself, never less.
    """
    alone = costs["step_seconds"]["alone"] * steps
    exact = {
        name: (RECIPE.epochs * costs["step_seconds"][name] * steps + (method.asks == "cache") * costs["cache_seconds"])
        / alone
        for name, method in METHODS.items()
    }
    return {
        name: {"exact_epochs": exact[name], "epochs": math.ceil(max(exact[other] for other in alike))}
        for alike in ALIKE
        for name in alike
    }


def record(
    dataset: Dataset, found: dict[str, list[Run]], costs: dict[str, Any], budgets: dict[str, dict[str, float]]
) -> None:
    """Write the file with the seeds that are done."""
    alone = f"alone, {RECIPE.epochs} epochs"
    groups = dataset.test.groups

    def compared(method: str, against: str, at: str) -> dict[str, Any]:
        between = difference([run.right for run in found[method]], [run.right for run in found[against]], groups)
        return {"method": method, "against": against.partition(",")[0], "at": at} | between

    shape = (1, dataset.channels, dataset.image_size, dataset.image_size)
    write_json(
        HERE / "students_digits32.json",
        {
            "data": {
                "name": dataset.name,
                "images": {name: len(getattr(dataset, name)) for name in ("train", "validation", "test")},
            },
            "teacher": f"resnet18(width={TEACHER})",
            "student": f"resnet18(width={STUDENT})",
            "parameters": {
                "teacher": parameter_count(resnet18(width=TEACHER)),
                "student": parameter_count(resnet18(width=STUDENT)),
            },
            "macs": {
                "teacher": mac_count(resnet18(width=TEACHER), shape),
                "student": mac_count(resnet18(width=STUDENT), shape),
            },
            "recipe": asdict(RECIPE) | {"seed": "that of the run", "teacher_epochs": TEACHER_EPOCHS},
            "label_smoothing": SMOOTHING,
            "methods": {name: asdict(method) for name, method in METHODS.items()},
            "seeds": list(SEEDS[: len(found["teacher"])]),
            "costs": costs,
            "equal_seconds": budgets,
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
                *(compared(name, alone, "equal epochs") for name in ("label smoothing", *METHODS)),
                *(compared(name, f"alone, {budgets[name]['epochs']:.0f} epochs", "equal seconds") for name in METHODS),
                *(compared(name, "label smoothing", "equal epochs") for name in METHODS),
                *(compared(name, "response", "equal epochs") for name in METHODS if name != "response"),
                compared("teacher", alone, "own epochs"),
            ],
            "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
            "machine": machine().to_dict(),
        },
    )


if __name__ == "__main__":
    measure_costs() if sys.argv[1:] == ["costs"] else main()
