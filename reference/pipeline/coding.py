"""Shared values and short codes as a fourth stage: `python reference/pipeline/coding.py`.

The network, the data, the seeds and the recipe are those of `setup.py`. An original is pruned and trained on; then its
weights are rounded to few values, for each layer: to a uniform grid with one scale, or to values that k-means finds,
which may then be trained with summed gradients for a while. What is left is written as a file of
codes (`save_coded`), read back, and compared bit for bit. Its size is set against the entropy of the values, and
against what gzip, xz and zstd make of the same weights: as float32, and as a byte for each index and a codebook.

Studied are the bits and the way to place the values; one epoch of training for the codebooks was fixed before.
Beside this script it writes `coding.json`: accuracies, differences paired by image and clustered by handwritten digit,
and bytes. zstd is the command of that name, which the record gives the version of.
"""

import gzip
import hashlib
import lzma
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import setup
import torch
from torch import nn

from compresslab.coding import (
    attach_codebooks,
    entropy_bits,
    load_coded,
    make_codebooks_permanent,
    save_coded,
    share_weights,
)
from compresslab.cost import prunable_weights, state_bytes
from compresslab.data import Dataset
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.pruning import keep_masked, masks_of_zeros, prune_global_magnitude
from compresslab.quantization import quantize_weights
from compresslab.recording import accuracy, difference, kept_answers
from compresslab.training import fit
from compresslab.weights import load_weights, save_weights

BITS = (2, 3, 4, 8)
CODEBOOK_EPOCHS = 1
METHODS = ("grid", "k-means", "k-means, trained")
CACHE = setup.CACHE / "coding"
HERE = Path(__file__)


def main() -> None:
    """Measure what is not yet measured, and write the file."""
    torch.set_num_threads(1)
    dataset, part = setup.data()
    CACHE.mkdir(parents=True, exist_ok=True)
    groups = dataset.test.groups
    pruned = [
        kept_answers(CACHE / f"pruned {seed}.npy", dataset, partial(sparse, dataset, part, seed))
        for seed in setup.SEEDS
    ]
    rows, gains, right = [], [], {}
    for bits in BITS:
        for method in METHODS:
            models = [partial(rounded, dataset, part, method, bits, seed) for seed in setup.SEEDS]
            hits = [
                kept_answers(CACHE / f"{method} {bits} {seed}.npy", dataset, make)
                for seed, make in zip(setup.SEEDS, models, strict=True)
            ]
            right[method, bits] = hits
            sizes = [bytes_of(make()) for make in models]
            row = {"method": method, "bits": bits, **accuracy(hits, groups)}
            rows.append(row | {name: round(mean(each[name] for each in sizes)) for name in sizes[0]})
            for against, other in [("pruned", pruned)] + [
                (name, right[name, bits]) for name in METHODS if (name, bits) in right and name != method
            ]:
                gains.append({"method": method, "bits": bits, "against": against, **difference(hits, other, groups)})
    zstd = subprocess.run(["zstd", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    write_json(
        HERE.with_suffix(".json"),
        {
            **setup.settings(dataset),
            "codebook_epochs": CODEBOOK_EPOCHS,
            "zstd": zstd,
            "fp32_bytes": state_bytes(resnet18(width=setup.WIDTH)),
            "pruned": accuracy(pruned, groups),
            "runs": rows,
            "differences": gains,
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def kept(path: Path, make: Any) -> nn.Module:
    """A network that is trained once."""
    if not path.exists():
        save_weights(make(), path)
    return load_weights(resnet18(width=setup.WIDTH), path).eval()


def sparse(dataset: Dataset, part: Dataset, seed: int) -> nn.Module:
    """The original, pruned by magnitude in one step and trained on."""

    def make() -> nn.Module:
        model = prune_global_magnitude(setup.original(dataset, seed), sparsity=setup.SPARSITY)
        masks = keep_masked(masks_of_zeros(model))
        return fit(model, part, setup.recipe(setup.EPOCHS, seed), after_step=masks, progress=False).model

    return kept(CACHE / f"pruned {seed}.safetensors", make)


def rounded(dataset: Dataset, part: Dataset, method: str, bits: int, seed: int) -> nn.Module:
    """The pruned network with weights of few values."""
    model = sparse(dataset, part, seed)
    if method == "grid":
        return quantize_weights(model, bits=bits, per_channel=False)  # as each layer has one codebook, too
    shared = share_weights(model, bits=bits)
    if method == "k-means":
        return shared

    def make() -> nn.Module:
        recipe = setup.recipe(CODEBOOK_EPOCHS, seed, stage=2)
        trained = fit(attach_codebooks(shared), part, recipe, progress=False).model
        return make_codebooks_permanent(trained)

    return kept(CACHE / f"{method} {bits} {seed}.safetensors", make)


def bytes_of(model: nn.Module) -> dict[str, int]:
    """Bytes of the coded file, and of the same weights by other means; the file has come back bit for bit."""
    with tempfile.TemporaryDirectory() as folder:
        coded = save_coded(model, Path(folder, "weights"))
        loaded = load_coded(resnet18(width=setup.WIDTH), Path(folder, "weights"))
    for name, tensor in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name].view(-1).view(torch.uint8), tensor.view(-1).view(torch.uint8)), (
            name
        )
    weights = {name: weight.detach() for name, weight in prunable_weights(model)}
    rest = b"".join(t.numpy().tobytes() for name, t in model.state_dict().items() if name not in weights)
    floats = b"".join(weight.numpy().tobytes() for weight in weights.values())
    indices, books, bound = [], [], 0.0
    for weight in weights.values():
        values, places, counts = weight.unique(return_inverse=True, return_counts=True)
        books.append(values.numpy().tobytes())
        indices.append(places.numpy().astype(np.uint8 if len(values) <= 256 else np.uint16).tobytes())
        bound += entropy_bits(counts.tolist()) / 8
    packed = b"".join(indices) + b"".join(books) + rest
    sizes = {
        "coded": coded,
        "entropy_of_values": bound,  # of the weights' indices alone, each layer by its own counts
        "codebooks": sum(map(len, books)),
        "rest": len(rest),
        "zstd_level": 19,
    }
    for name, data in (("floats", floats + rest), ("indices", packed)):
        sizes |= {
            f"{name}_gzip": len(gzip.compress(data, 9, mtime=0)),
            f"{name}_xz": len(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME)),
            f"{name}_zstd": len(
                subprocess.run(["zstd", "-19", "-c"], input=data, capture_output=True, check=True).stdout
            ),
        }
    return sizes


if __name__ == "__main__":
    main()
