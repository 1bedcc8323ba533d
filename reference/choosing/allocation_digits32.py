"""Does it pay to compress each layer as it can bear? `python reference/choosing/allocation_digits32.py`.

An eighth-width ResNet-18 is trained on digits32. Every layer is pruned, and rounded to fewer bits, by itself, and what
that does to the predictions on validation images decides which setting each layer gets: the least total divergence
whose file, really written, is no larger than that of the same setting for all layers. Both are measured on test images.

Studied is the rule that gives each layer its setting. Two controls have the same size: "shuffled" gives each layer the
sensitivity of another, and "added loss" allocates by the loss on the labels in place of the divergence. For pruning
there is "global" too, one threshold of magnitude for all layers, which needs no scan. At the smallest size, each of the
pruned networks is also trained on, for as many epochs on the same images.

Beside this script it writes `allocation_digits32.json`: accuracies, and differences in intervals paired by image and
clustered by handwritten digit; and the scans. About 10 minutes on one core; what is finished is kept in the cache
folder, so a killed script goes on where it stopped.
"""

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.cost import prunable_weights
from compresslab.data import Batches, Dataset, load
from compresslab.evaluation import Difference, Interval
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.pruning import keep_masked, masks_of_zeros, prune_global_magnitude
from compresslab.recording import accuracy, difference, kept_answers
from compresslab.sensitivity import (
    BITS,
    PRUNING,
    Mean,
    Options,
    Scan,
    Settings,
    Technique,
    Tried,
    allocate_to_size,
    pruned_bytes,
    scan,
    search_setting,
)
from compresslab.training import Recipe, fit
from compresslab.weights import load_weights, save_weights

SEEDS = (0, 1, 2)
WIDTH = 8
TECHNIQUES = {"pruning": PRUNING, "bits": BITS}
TRIED = {"pruning": (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), "bits": (2, 3, 4, 5, 6)}
UNIFORM = {"pruning": (0.4, 0.5, 0.6), "bits": (3, 4)}  # their files give the sizes; at 2 bits nothing is left
TRAINED_ON = ("pruning", 0.6)
DENSE = Recipe(epochs=8, learning_rate=0.1)  # on all 12,000 images, as in reference/quantization/bits_digits32.py
TUNE_IMAGES = 4000
TUNE = Recipe(epochs=2, learning_rate=0.02, precision="fp32")
# Half the test images still show 448 of the 450 digits that the test set has.
SIZES = {"validation": 500, "test": 2000}
CACHE = cache_folder() / "allocation_digits32"
HERE = Path(__file__)


def main() -> None:
    """Measure what is not yet measured, and write the file."""
    torch.set_num_threads(1)
    dataset = load("digits32").subset(**SIZES)
    groups = dataset.test.groups
    before = [answers(f"fp32 {seed}", dataset, partial(trained, dataset, seed)) for seed in SEEDS]
    runs, differences = [], []
    for technique, settings in UNIFORM.items():
        for setting in settings:
            right, sizes = {}, {}
            for rule in rules(technique, setting):
                made = [partial(RULES[rule], dataset, technique, setting, seed) for seed in SEEDS]
                name = f"{rule} {technique} {setting}"
                right[rule] = [answers(f"{name} {seed}", dataset, make) for seed, make in zip(SEEDS, made, strict=True)]
                sizes[rule] = [file_bytes(f"{name} {seed}") for seed in SEEDS]
                found = {"file_bytes": sizes[rule], **accuracy(right[rule], groups)}
                runs.append({"technique": technique, "uniform": setting, "rule": rule, **found})
            differences += [
                {"technique": technique, "uniform": setting, "rule": rule, "against": against}
                | difference(right[rule], right[against], groups)
                for rule, against in COMPARED
                if rule in right and against in right
            ]
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {
                "name": dataset.name,
                "images": {name: len(getattr(dataset, name)) for name in ("train", "validation", "test")},
                "trained_on_images": TUNE_IMAGES,
            },
            "model": f"resnet18(width={WIDTH})",
            "recipe": {"dense": asdict(DENSE), "trained_on": asdict(TUNE)},
            "seeds": list(SEEDS),
            "fp32": accuracy(before, groups),
            "runs": runs,
            "differences": differences,
            "scans": [
                written(technique, seed, scanned(dataset, technique, seed)) for technique in TRIED for seed in SEEDS
            ],
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def rules(technique: str, setting: float) -> list[str]:
    """The rules that are measured at a size."""
    chosen = ["uniform", "allocated", "added loss", "shuffled"]
    if technique == "pruning":
        chosen.append("global")
    if (technique, setting) == TRAINED_ON:
        chosen += [f"{rule}, trained on" for rule in ("uniform", "allocated", "global")]
    return chosen


def uniform(dataset: Dataset, technique: str, setting: float, seed: int) -> tuple[nn.Module, int]:
    """The same setting for every layer; gives the network and its file's bytes, as all rules do."""
    model = trained(dataset, seed)
    return stored(TECHNIQUES[technique], model, {name: setting for name, _ in prunable_weights(model)})


def allocated(
    dataset: Dataset, technique: str, setting: float, seed: int, options: Callable[[Scan, int], Options]
) -> tuple[nn.Module, int]:
    """The setting of each layer by its sensitivity, in a file no larger than the uniform one's."""
    model, way, found = trained(dataset, seed), TECHNIQUES[technique], scanned(dataset, technique, seed)
    _, target = uniform(dataset, technique, setting, seed)
    chosen = allocate_to_size(model, way, options(found, seed), target, fixed_bytes=found.fixed_bytes)
    return stored(way, model, chosen.settings)


def by_divergence(found: Scan, seed: int) -> Options:
    """Each layer's own sensitivity."""
    return found.options()


def by_added_loss(found: Scan, seed: int) -> Options:
    """The same by the loss on the labels."""
    return found.options(by="added_loss")


def shuffled(found: Scan, seed: int) -> Options:
    """The bytes of each layer with the divergences of another."""
    options = found.options()
    others = random.Random(seed).sample(list(options), len(options))
    return {
        layer: [replace(own, loss=its.loss) for own, its in zip(options[layer], options[other], strict=True)]
        for layer, other in zip(options, others, strict=True)
    }


def one_threshold(dataset: Dataset, technique: str, setting: float, seed: int) -> tuple[nn.Module, int]:
    """Global magnitude pruning at the sparsity whose file is no larger than the uniform one's."""
    model = trained(dataset, seed)
    _, target = uniform(dataset, technique, setting, seed)

    def size(sparsity: float) -> int:
        return pruned_bytes(prune_global_magnitude(model, sparsity=sparsity), {})

    reached = search_setting(size, target, mildest=0.0, strongest=0.95, tolerance=1e-3)
    return prune_global_magnitude(model, sparsity=reached.setting), int(reached.measured)


def trained_on(dataset: Dataset, technique: str, setting: float, seed: int, rule: str) -> tuple[nn.Module, int]:
    """The same zeros after a few epochs more."""
    model, _ = RULES[rule](dataset, technique, setting, seed)
    masks, part = masks_of_zeros(model), dataset.subset(train=TUNE_IMAGES)
    recipe = replace(TUNE, seed=100 + seed)
    tuned = fit(model, part, recipe, after_step=keep_masked(masks), progress=False).model
    return tuned, pruned_bytes(tuned, {})


Rule = Callable[[Dataset, str, float, int], tuple[nn.Module, int]]
RULES: dict[str, Rule] = {
    "uniform": uniform,
    "allocated": partial(allocated, options=by_divergence),
    "added loss": partial(allocated, options=by_added_loss),
    "shuffled": partial(allocated, options=shuffled),
    "global": one_threshold,
}
RULES |= {f"{rule}, trained on": partial(trained_on, rule=rule) for rule in ("uniform", "allocated", "global")}
COMPARED = (
    ("allocated", "uniform"),
    ("allocated", "shuffled"),
    ("allocated", "added loss"),
    ("allocated", "global"),
    ("allocated, trained on", "uniform, trained on"),
    ("allocated, trained on", "global, trained on"),
)


def stored(way: Technique, model: nn.Module, settings: Settings) -> tuple[nn.Module, int]:
    """The compressed network, and the bytes of its file."""
    return way.compress(model, settings), way.stored_bytes(model, settings)


@cache
def trained(dataset: Dataset, seed: int) -> nn.Module:
    """The network that all rules compress, trained once."""
    path = CACHE / f"dense {seed}.safetensors"
    if not path.exists():
        torch.manual_seed(seed)
        recipe, checkpoint = replace(DENSE, seed=seed), CACHE / f"dense {seed}.checkpoint"
        whole = fit(resnet18(width=WIDTH), dataset, recipe, checkpoint=checkpoint, progress=False).model
        save_weights(whole, path)
    return load_weights(resnet18(width=WIDTH), path).eval()


@cache
def scanned(dataset: Dataset, technique: str, seed: int) -> Scan:
    """The scan of a seed's network on validation images, made once."""
    path = CACHE / f"scan {technique} {seed}.json"
    if not path.exists():
        found = scan(
            trained(dataset, seed),
            Batches(dataset, dataset.validation, 250),
            TECHNIQUES[technique],
            settings=TRIED[technique],
            groups=dataset.validation.groups,
        )
        write_json(path, asdict(found))
        print(path.stem, flush=True)
    return read_scan(json.loads(path.read_text()))


def read_scan(written: dict[str, Any]) -> Scan:
    """A scan from its fields."""

    def mean(of: dict[str, Any]) -> Mean:
        return Mean(of["value"], Interval(**of["interval"]))

    tried = (
        one
        | {"accuracy": Difference(**one["accuracy"] | {"interval": Interval(**one["accuracy"]["interval"])})}
        | {"divergence": mean(one["divergence"]), "added_loss": mean(one["added_loss"])}
        for one in written["tried"]
    )
    return Scan(**written | {"tried": tuple(Tried(**one) for one in tried)})


def answers(name: str, dataset: Dataset, make: Callable[[], Any]) -> Tensor:
    """Which test images a run's network gets right, and beside them its bytes, where it has a file."""

    def sized() -> nn.Module:
        made = make()
        model, size = made if isinstance(made, tuple) else (made, 0)
        write_json(CACHE / f"{name}.json", size)
        return model

    return kept_answers(CACHE / f"{name}.npy", dataset, sized)


def file_bytes(name: str) -> int:
    """Of a finished run."""
    return int((CACHE / f"{name}.json").read_text())


def written(technique: str, seed: int, found: Scan) -> dict[str, object]:
    """A scan as it is kept: the weights of each layer, and by setting the divergence and the points."""
    layers = []
    for name, count in found.weights.items():
        tried = [one for one in found.tried if one.layer == name]
        layers.append(
            {
                "name": name.removesuffix(".weight"),
                "weights": count,
                "divergence": {f"{one.setting:g}": round(one.divergence.value, 5) for one in tried},
                "points": {f"{one.setting:g}": round(one.accuracy.points, 2) for one in tried},
            }
        )
    return {"technique": technique, "seed": seed, "original_bytes": found.original_bytes, "layers": layers}


def ends(interval: Interval, digits: int) -> dict[str, float]:
    """An interval as it is written."""
    return {"low": round(interval.low, digits), "high": round(interval.high, digits), "confidence": interval.level}


if __name__ == "__main__":
    main()
