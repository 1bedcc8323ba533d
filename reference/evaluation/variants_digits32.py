"""What six networks answer to the same images, for chapter 17: `python reference/evaluation/variants_digits32.py`.

An eighth-width ResNet-18 on digits32, the same network compressed in four ways, and one that was trained alike from
another seed, which is what a difference between two good models looks like without any compression. The networks are
those of `reference/quantization/bits_digits32.py`.

Beside this script it writes `variants_digits32.safetensors`, the logits in half precision of validation and test
images, a tensor for each split and network (n, 10); and `variants_digits32.json`, which says what they are. A minute on
one core where bits_digits32 has left its networks in the cache folder, or else some ten.
"""

import hashlib
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).parents[1] / "quantization"))
import bits_digits32 as bits

from compresslab.data import Batches, load
from compresslab.files import atomic_write, write_json
from compresslab.hardware import machine
from compresslab.pruning import prune_global_magnitude
from compresslab.quantization import BitWidths
from compresslab.training import evaluate

SIZES = {"validation": 1000, "test": 2000}
SPARSITY = 0.6
HERE = Path(__file__)


def main() -> None:
    """Make the networks, ask them, and write both files."""
    torch.set_num_threads(1)
    dataset = load("digits32").subset(**SIZES)
    original = bits.trained(dataset, 0)
    networks = {
        "original": original,
        "8 bits": bits.rounded(bits.trained, dataset, BitWidths(8, 8), 0),
        "6 bits": bits.clipped(bits.trained, dataset, BitWidths(6, 6), 0),
        "4 bits": bits.clipped(bits.trained, dataset, BitWidths(4, 4), 0),
        "pruned": prune_global_magnitude(original, sparsity=SPARSITY),
        "another seed": bits.trained(dataset, 1),
    }
    logits, right = {}, {}
    for name, network in networks.items():
        for split in SIZES:
            found = evaluate(network, Batches(dataset, getattr(dataset, split), 500))
            logits[f"{split}/{name}"] = found.logits.half()
            right[f"{split}/{name}"] = found.accuracy
    path = HERE.with_suffix(".safetensors")
    with atomic_write(path) as partial:
        save_file(logits, partial)
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {"name": dataset.name, "images": SIZES},
            "ids_sha256": {split: sha256(getattr(dataset, split).ids) for split in SIZES},
            "model": f"resnet18(width={bits.WIDTH})",
            "networks": {
                "original": "fp32, seed 0",
                "8 bits": "rounded afterwards, weights and activations",
                "6 bits": "rounded afterwards, activations with the range of least error",
                "4 bits": "rounded afterwards, activations with the range of least error",
                "pruned": f"{SPARSITY:.0%} of the weights zero, by magnitude, not trained again",
                "another seed": "fp32, seed 1: trained alike, nothing compressed",
            },
            "accuracy": {name: round(share, 4) for name, share in right.items()},
            "logits_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def sha256(ids: torch.Tensor) -> str:
    """Which images, and in which order."""
    return hashlib.sha256(ids.numpy().tobytes()).hexdigest()


if __name__ == "__main__":
    main()
