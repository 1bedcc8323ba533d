"""Which training makes the better baseline: `python reference/capstone/recipes.py ARCHIVE [--until HH:MM]`.

The shipped network was trained plainly: random crops and flips, no more. Here ResNet-18 of width 20 is trained for 16
epochs with one change at a time, and then with all that helped. The average of the weights (EMA) needs no run of its
own: every run has it beside the weights of its last step. As teachers, the plain and the label-smoothed network are
compared by a student of width 8 (Mueller et al. 2019 found smoothing to harm there).

Studied: the change. Fixed for all: the rest of the recipe, which is the shipped network's first cycle; nothing is
tuned for any side. Each run is of one seed, so an interval here says what other images would change, not what another
seed would: the plain run of a second seed shows that. Judged is by the 5,000 validation images; test images are not
looked at.

Beside this script it writes `recipes.json`, of the runs that are done. About 20 minutes on one core a run of width 20;
each goes on from its checkpoint in the cache folder. ARCHIVE is a class-per-folder copy of CIFAR-10.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stopping import add_until, stop_at
from torch import Tensor, nn

from compresslab.data import Batches, Dataset, load
from compresslab.distillation import distillation_objective
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.recording import accuracy, difference, share
from compresslab.training import Fitted, Recipe, evaluate, fit

WIDTH, STUDENT_WIDTH = 20, 8
PLAIN = Recipe(epochs=16, learning_rate=0.1, average=0.999)
CHANGES: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "cutout": {"augment": ("crop", "flip", "cutout")},
    "label smoothing": {"label_smoothing": 0.1},
    "alternating flip": {"augment": ("crop", "alternating_flip")},
}
STUDENT = Recipe(epochs=8, learning_rate=0.1)
TEMPERATURE, ALPHA = 4.0, 0.9
TEACHERS = ("plain", "label smoothing")
CACHE = cache_folder() / "capstone" / "recipes"
HERE = Path(__file__)


def main() -> None:
    """Train what is not yet trained, the telling runs first, and write the file after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive")
    add_until(parser)
    options = parser.parse_args()
    stop_at(options.until)
    torch.set_num_threads(1)
    dataset = load(f"imagefolder:{options.archive}", title="CIFAR-10 (JPEG copy)")
    runs: dict[str, dict[str, Any]] = {}

    def keep(name: str, recipe: Recipe, fitted: Fitted, **more: Any) -> None:
        runs[name] = {"recipe": recipe.settings(), **more, **judged(name, fitted, dataset)}
        record(dataset, runs)

    for name, change in CHANGES.items():
        recipe = replace(PLAIN, **change)
        keep(name, recipe, trained(name, dataset, recipe))
    helped = [name for name in CHANGES if points(runs, name) > 0]
    if len(helped) > 1:
        recipe = replace(PLAIN, **together(helped))
        keep("together", recipe, trained("together", dataset, recipe), of=helped)
    for name in TEACHERS:
        teacher = trained(name, dataset, replace(PLAIN, **CHANGES[name])).last
        assert teacher is not None
        objective = distillation_objective(teacher, temperature=TEMPERATURE, alpha=ALPHA)
        fitted = fit(
            network(STUDENT_WIDTH, 0), dataset, STUDENT, objective=objective, progress=False,
            checkpoint=CACHE / f"student of {name}.pt",
        )  # fmt: skip
        keep(f"student of {name}", STUDENT, fitted, teacher=name)
    again = replace(PLAIN, seed=1)
    keep("plain, second seed", again, trained("plain, second seed", dataset, again))


def trained(name: str, dataset: Dataset, recipe: Recipe) -> Fitted:
    """A run of width 20; what was trained before is loaded."""
    start = network(WIDTH, recipe.seed)
    return fit(start, dataset, recipe, checkpoint=CACHE / f"{name}.pt", progress=False)


def network(width: int, seed: int) -> nn.Module:
    """Before any training."""
    torch.manual_seed(seed)
    return resnet18(width=width)


def together(names: list[str]) -> dict[str, Any]:
    """The changes of several runs in one recipe: augmentations are joined, alternating flip in the place of flip."""
    changes = {key: value for name in names for key, value in CHANGES[name].items() if key != "augment"}
    wanted = {each for name in names for each in CHANGES[name].get("augment", ("crop", "flip"))}
    if "alternating_flip" in wanted:
        wanted.discard("flip")
    order = ("crop", "flip", "alternating_flip", "cutout")
    return changes | {"augment": tuple(each for each in order if each in wanted)}


def judged(name: str, fitted: Fitted, dataset: Dataset) -> dict[str, Any]:
    """What a run says of the validation images: the weights of its last step, and their average where it has one."""
    models = {"last": fitted.model} if fitted.last is None else {"last": fitted.last, "average": fitted.model}
    found: dict[str, Any] = {}
    for kind, model in models.items():
        right = answers(f"{name}, {kind}", model, dataset)
        found[kind] = accuracy([right], dataset.validation.groups)
        reference = CACHE / ("student of plain, last.npy" if name.startswith("student") else "plain, last.npy")
        found[kind]["against_plain"] = difference([right], [kept(reference)], dataset.validation.groups)
    return found | {
        "train_accuracy": round(fitted.history[-1].train_accuracy, 4),
        "validation_by_epoch": [round(epoch.validation_accuracy, 4) for epoch in fitted.history],
        "minutes": round(fitted.seconds / 60, 1),
    }


def answers(name: str, model: nn.Module | None, dataset: Dataset) -> Tensor:
    """Which validation images a model gets right."""
    path = CACHE / f"{name}.npy"
    if not path.exists():
        assert model is not None
        right = evaluate(model, Batches(dataset, dataset.validation, 500)).correct
        np.save(path, right.numpy(), allow_pickle=False)
        print(f"{name}: {share(right):.2%}", flush=True)
    return kept(path)


def kept(path: Path) -> Tensor:
    """Answers of an earlier run."""
    return torch.from_numpy(np.load(path, allow_pickle=False))


def points(runs: Mapping[str, Any], name: str) -> float:
    """By which a run's last weights are better than the plain run's."""
    return float(runs[name]["last"]["against_plain"]["points"])


def record(dataset: Dataset, runs: Mapping[str, Any]) -> None:
    """Write the file with the runs that are done."""
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {"name": dataset.name, "images": {s: len(getattr(dataset, s)) for s in ("train", "validation")}},
            "networks": {"runs": f"resnet18(width={WIDTH})", "students": f"resnet18(width={STUDENT_WIDTH})"},
            "distillation": {"temperature": TEMPERATURE, "alpha": ALPHA},
            "runs": json.loads(json.dumps(runs)),
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


if __name__ == "__main__":
    main()
