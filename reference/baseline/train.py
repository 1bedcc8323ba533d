"""Train the ResNet-18 that the course starts from, and record how good it is.

    python reference/baseline/train.py --data imagefolder:PATH --title "CIFAR-10 (JPEG copy)"

Writes NAME.safetensors (fp16) and NAME.json (the model card) beside this file. The validation split judged every
choice of a setting; the test split is used once, at the end, for the card. A killed run goes on from its checkpoint.
"""

import argparse
import hashlib
from dataclasses import asdict
from pathlib import Path

import torch

from compresslab.data import Batches, load
from compresslab.evaluation import wilson
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.pipeline import save_weights
from compresslab.training import Recipe, evaluate, fit

# Epochs and peak learning rate of each one-cycle run. The second starts where the first one ends (a warm restart,
# Loshchilov and Hutter 2017), so that hours on a CPU that come later still add to those that were spent.
CYCLES = ((16, 0.1), (12, 0.05))
SETTINGS = {
    "batch_size": 128,  # images a step; larger batches gave fewer steps and no speed on a CPU
    "warmup": 0.25,  # share of a cycle's steps that climb to its peak
    "momentum": 0.9,
    "weight_decay": 5e-4,  # per unit of learning rate, on convolutions and the classifier only
    "label_smoothing": 0.0,  # smoothing would make the network a worse teacher (Mueller et al. 2019)
}
SAMPLE = 1000  # test images, chosen by `Dataset.subset`, on which the project's tests repeat the measurement


def main() -> None:
    """Train, ship and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="as compresslab.data.load takes it")
    parser.add_argument("--title", help="what the model card calls the data")
    parser.add_argument("--width", type=int, default=64, help="channels of the first stage")
    parser.add_argument("--epochs", type=int, help="one cycle of this length instead; on a GPU, 60 or more")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    options = parser.parse_args()

    dataset = load(options.data, title=options.title)
    cycles = [(options.epochs, CYCLES[0][1])] if options.epochs else CYCLES
    torch.manual_seed(options.seed)
    model = resnet18(width=options.width, channels=dataset.channels, classes=len(dataset.classes))
    name = f"resnet18-w{options.width}" + (f"-seed{options.seed}" if options.seed else "")
    runs = []
    for number, (epochs, peak) in enumerate(cycles):
        seed = options.seed * len(cycles) + number  # a cycle sees the images in an order of its own
        run = f"{name}-" + "-".join(str(cycle[0]) for cycle in cycles[: number + 1])
        runs.append(
            fit(
                runs[-1].model if runs else model,
                dataset,
                Recipe(**SETTINGS, epochs=epochs, learning_rate=peak, seed=seed),
                checkpoint=cache_folder() / "baseline" / f"{run}.pt",
                device=options.device,
                name=run,
            )
        )

    shipped = runs[-1].model.half()  # fp16 halves the file; what is measured below is what is shipped
    weights = options.out / f"{name}.safetensors"
    save_weights(shipped, weights)
    test = evaluate(shipped.float(), Batches(dataset, dataset.test, 256), progress=True)
    interval = wilson(int(test.correct.sum()), test.n)
    sample = dataset.subset(test=SAMPLE).test
    write_json(
        weights.with_suffix(".json"),
        {
            "architecture": {"builder": "resnet18", "width": options.width, "channels": dataset.channels},
            "classes": list(dataset.classes),
            "mean": list(dataset.mean),
            "std": list(dataset.std),
            "data": dataset.name,
            "images": {s: len(getattr(dataset, s)) for s in ("train", "validation", "test")},
            "recipes": [asdict(run.recipe) for run in runs],
            "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
            "size_bytes": weights.stat().st_size,
            "test_accuracy": test.accuracy,
            "test_interval": asdict(interval),
            "sample": {"test": SAMPLE, "correct": int(test.correct[torch.isin(dataset.test.ids, sample.ids)].sum())},
            "validation_accuracy": runs[-1].history[-1].validation_accuracy,
            "training_hours": sum(run.seconds for run in runs) / 3600,
            "device": options.device,
            "machine": machine().to_dict(),
            "history": [asdict(epoch) for run in runs for epoch in run.history],
        },
    )
    print(f"{weights}: test accuracy {test.accuracy:.2%} [{interval.low:.2%}, {interval.high:.2%}] on {dataset.name}")


if __name__ == "__main__":
    main()
