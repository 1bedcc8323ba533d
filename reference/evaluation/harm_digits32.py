"""Who is hurt at nearly equal accuracy: `python reference/evaluation/harm_digits32.py`.

The variants are those that `reference/quantization/bits_digits32.py` has recorded (eighth-width ResNet-18, three seeds,
rounded after training, or trained with the rounding), and the same networks with the smallest weights set to zero, not
trained again. Each is compared with the network in fp32 that has been trained for as long. Test images are grouped by
class and by what digits32 knows of them: contrast, clutter, tilt (rotation either way) and scale, numbers in thirds.

Reported are the variants that lose at most three points: the change of every group, and how much more it is than that
of all other images, over all seeds together. Intervals are Tango's over handwritten digits, and so wide that all of
them in the file hold together with 95%: whichever is looked for, it may be believed. Where none excludes 0, the
narrower and the wider end say which difference would have been seen. Beside this script it writes
`harm_digits32.json`. Some minutes on one core where bits_digits32 has left its answers in the cache folder.
"""

import hashlib
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parents[1] / "quantization"))
import bits_digits32 as bits

from compresslab.data import Dataset, load
from compresslab.evaluation import GroupHarm, Interval, accuracy_change, error_consistency, harm_by_group
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.pruning import prune_global_magnitude
from compresslab.recording import kept_answers
from compresslab.report.samples import Grouping, grouping

NEARLY_POINTS = 3.0
SPARSITIES = (0.3, 0.5, 0.6)  # of all prunable weights, at once and without training: more costs many points
CACHE = cache_folder() / "harm_digits32"
HERE = Path(__file__)
LEVEL = 0.95


def main() -> None:
    """Evaluate what is not yet evaluated, and write the file."""
    torch.set_num_threads(1)
    dataset = load("digits32").subset(**bits.SIZES)
    floating = {
        name: [
            kept_answers(bits.CACHE / f"{name} {seed}.npy", dataset, partial(make, dataset, seed))
            for seed in bits.SEEDS
        ]
        for name, make in (("fp32", bits.trained), ("fp32 trained on", bits.longer))
    }
    near = {
        name: (hits, against)
        for name, (hits, against) in variants(dataset).items()
        if abs(points(floating[against], hits)) <= NEARLY_POINTS
    }
    groupings = groups_of(dataset)
    intervals = len(near) * sum(len(found.names) for found in groupings.values())
    sources = dataset.test.groups.repeat(len(bits.SEEDS)).numpy()
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {"name": dataset.name, "images": len(dataset.test), "digits": len(set(sources.tolist()))},
            "model": f"resnet18(width={bits.WIDTH})",
            "seeds": list(bits.SEEDS),
            "nearly_points": NEARLY_POINTS,
            "level": LEVEL,
            "intervals": intervals,
            "variants": [
                {"variant": name, "against": against}
                | compared(floating[against], hits, sources, groupings, 1 - (1 - LEVEL) / intervals)
                for name, (hits, against) in near.items()
            ],
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def variants(dataset: Dataset) -> dict[str, tuple[list[Tensor], str]]:
    """Right answers of every variant by seed, and the fp32 network to compare it with."""
    found = {}
    for method, (make, every) in bits.METHODS.items():
        for width in every:
            name = f"{method} {bits.label(width)}"
            hits = [
                kept_answers(bits.CACHE / f"{name} {seed}.npy", dataset, partial(make, dataset, width, seed))
                for seed in bits.SEEDS
            ]
            found[name] = hits, "fp32" if method in ("PTQ", "PTQ, least error") else "fp32 trained on"
    for sparsity in SPARSITIES:
        name = f"pruned {sparsity:.0%}"
        hits = [
            kept_answers(CACHE / f"{name} {seed}.npy", dataset, partial(pruned, dataset, sparsity, seed))
            for seed in bits.SEEDS
        ]
        found[name] = hits, "fp32"
    return found


def pruned(dataset: Dataset, sparsity: float, seed: int) -> nn.Module:
    """Without the smallest weights of the whole network."""
    return prune_global_magnitude(bits.trained(dataset, seed), sparsity=sparsity)


def groups_of(dataset: Dataset) -> dict[str, Grouping]:
    """Ways to part the test images."""
    columns = {name: column.numpy() for name, column in dataset.test.attributes.items()}
    columns["tilt"] = np.abs(columns.pop("rotation"))
    return {"class": grouping(dataset.test.labels.numpy())} | {name: grouping(c) for name, c in columns.items()}


def points(before: Sequence[Tensor], after: Sequence[Tensor]) -> float:
    """Change of accuracy over all seeds."""
    return 100 * float(torch.cat(list(after)).double().mean() - torch.cat(list(before)).double().mean())


def compared(
    before: Sequence[Tensor], after: Sequence[Tensor], sources: np.ndarray, groupings: dict[str, Grouping], level: float
) -> dict[str, object]:
    """One variant against fp32: in the whole, and by group."""
    was, now = (torch.cat(list(hits)).numpy() for hits in (before, after))
    change = accuracy_change(was, now, sources)
    groups = {
        name: harm_by_group(
            was,
            now,
            np.tile(parts.member, len(before)),
            sources,
            names=parts.names,
            level=level,
            simultaneous=False,
        )
        for name, parts in groupings.items()
    }
    return {
        "points": round(change.points, 3),
        "interval": ends(change.interval),
        "by_seed": [round(points([a], [b]), 3) for a, b in zip(before, after, strict=True)],
        "error_consistency": round(error_consistency(was, now), 3),
        "hurt_more": [f"{name}: {harm.name}" for name, harms in groups.items() for harm in harms if harm.hurt_more],
        "groups": {name: [described(harm) for harm in harms] for name, harms in groups.items()},
    }


def described(harm: GroupHarm) -> dict[str, object]:
    """A group, with the loss beyond the others' that would have been seen for certain."""
    return {
        "name": harm.name,
        "n": harm.n,
        "points": round(harm.change.points, 3),
        "interval": ends(harm.change.interval),
        "excess": round(harm.excess.points, 3),
        "excess_interval": ends(harm.excess.interval),
        "would_be_seen": round(harm.excess.interval.high - harm.excess.points, 3),
    }


def ends(interval: Interval) -> dict[str, float]:
    """An interval as it is written."""
    return {"low": round(interval.low, 3), "high": round(interval.high, 3)}


if __name__ == "__main__":
    main()
