"""How hard digits32 is, and what compression costs on it: `python reference/digits32_acceptance.py`, 10 minutes.

Over several seeds a quarter-width ResNet-18 is trained for about a minute on two CPU cores, and compressed in the
ways that a learner meets first. Beside this script it writes

- `digits32_acceptance.json`: accuracy with its spread over seeds (the noise floor) and the price of each
  compression in points of test accuracy, in intervals paired by image and clustered by handwritten digit;
- `digits32_samples.png`: a page of images, its alternative text in the file's "Description".
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from statistics import mean, stdev

import torch
from torch import Tensor, nn

from compresslab.cost import parameter_count
from compresslab.data import Batches, Dataset, load
from compresslab.evaluation import accuracy_difference
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.plots import sample_page
from compresslab.pruning import keep_masked, masks_of_zeros, prune_global_magnitude
from compresslab.quantization import quantize_weights
from compresslab.training import Recipe, evaluate, fit

SEEDS = (0, 1, 2, 3, 4)
WIDTH = 16
RECIPE = Recipe(epochs=8, learning_rate=0.1)
FINETUNE = Recipe(epochs=1, learning_rate=0.05)
SPARSITY = 0.9
HERE = Path(__file__).parent


def main() -> None:
    """Measure, and write both files."""
    dataset = load("digits32")
    sample_page(dataset, rows=5, columns=12).save(HERE / "digits32_samples.png")
    groups = dataset.test.groups
    correct: dict[str, list[Tensor]] = {}
    cpu_seconds = []  # of all threads together: steady on a machine that others use too
    for seed in SEEDS:
        started = time.process_time()
        for name, model in variants(dataset, seed):
            if name == "baseline":
                cpu_seconds.append(time.process_time() - started)
            result = evaluate(model, Batches(dataset, dataset.test, 500))
            correct.setdefault(name, []).append(result.correct)
            print(f"seed {seed}: {name} {result.accuracy:.2%}", flush=True)
    baseline = correct.pop("baseline")
    write_json(
        HERE / "digits32_acceptance.json",
        {
            "data": dataset.name,
            "images": {name: len(getattr(dataset, name)) for name in ("train", "validation", "test")},
            "test_images_sha256": hashlib.sha256(dataset.test.images.numpy().tobytes()).hexdigest(),
            "model": f"resnet18(width={WIDTH}), {parameter_count(resnet18(width=WIDTH))} parameters",
            "recipe": asdict(RECIPE),
            "finetune": asdict(FINETUNE),
            "seeds": SEEDS,
            "training_cpu_seconds": spread(cpu_seconds),
            "test_accuracy_percent": spread([100 * float(right.float().mean()) for right in baseline]),
            "price_points": {name: price(baseline, rights, groups) for name, rights in correct.items()},
            "machine": machine().to_dict(),
        },
    )


def variants(dataset: Dataset, seed: int) -> Iterator[tuple[str, nn.Module]]:
    """The baseline of a seed, once trained, and then what compression makes of it."""
    torch.manual_seed(seed)
    baseline = fit(resnet18(width=WIDTH), dataset, replace(RECIPE, seed=seed)).model
    yield "baseline", baseline
    for bits in (8, 4, 3):
        yield f"weights {bits} bits, per channel", quantize_weights(baseline, bits=bits)
    pruned = prune_global_magnitude(baseline, sparsity=SPARSITY)
    yield f"{SPARSITY:.0%} sparse, one shot", pruned
    tuned = fit(pruned, dataset, replace(FINETUNE, seed=seed), after_step=keep_masked(masks_of_zeros(pruned)))
    yield f"{SPARSITY:.0%} sparse, {FINETUNE.epochs} epoch later", tuned.model


def price(baseline: list[Tensor], compressed: list[Tensor], groups: Tensor) -> dict[str, object]:
    """Points of test accuracy lost, averaged over seeds; the interval resamples handwritten digits, not images."""
    lost = accuracy_difference(torch.cat(baseline), torch.cat(compressed), groups.repeat(len(SEEDS)))
    by_seed = [accuracy_difference(a, b, groups) for a, b in zip(baseline, compressed, strict=True)]
    return {
        "mean": round(lost.points, 3),
        "interval": asdict(lost.interval),
        "sd_over_seeds": round(stdev(one.points for one in by_seed), 3),
        "by_seed": [{"points": round(one.points, 3), "interval": asdict(one.interval)} for one in by_seed],
        "n": len(groups),
        "groups": lost.groups,
    }


def spread(values: list[float]) -> dict[str, object]:
    """Mean and standard deviation over seeds."""
    return {"mean": round(mean(values), 2), "sd": round(stdev(values), 2), "by_seed": [round(v, 2) for v in values]}


if __name__ == "__main__":
    main()
