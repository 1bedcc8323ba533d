"""One process, two Ray workers, and two of which one is killed: `python reference/distillation/two_workers.py`.

A student is distilled from a cached teacher on digits, each batch in two shares: in this process; by two workers of
Ray Train on this machine; and by two of which one is ended by SIGKILL in the middle of the second epoch. All else is
equal, and batches have an odd number of images, so that the shares differ in size. Beside this script it writes
`two_workers.json`: how far the weights of each model are from those of the first, its test accuracy, and how often the
workers were started. Needs the extra `scale`; about two minutes on two cores, of which Ray's starts take most.
"""

import hashlib
import os
import signal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn

from compresslab.data import Batch, Batches, load
from compresslab.distillation import cache_teacher, cached_objective
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import small_cnn
from compresslab.training import Recipe, evaluate, fit, fit_in_parallel
from compresslab.training.fit import training_batches
from compresslab.training.on_ray import cluster

HERE = Path(__file__).parent
TEACHER, STUDENT = 24, 8  # widths
RECIPE = Recipe(
    epochs=6, batch_size=65, learning_rate=0.1, precision="fp32", augment=("crop",), views=2, seed=1
)  # fmt: skip
STEP, EPOCH = 7, 1  # where the worker is killed, from 0


def main() -> None:
    """Train, compare, and write the file."""
    torch.set_num_threads(1)
    dataset = load("digits")
    test = Batches(dataset, dataset.test, 256)
    torch.manual_seed(0)
    teacher = fit(small_cnn(width=TEACHER), dataset, RECIPE, progress=False).model
    student = small_cnn(width=STUDENT)
    with TemporaryDirectory() as folder:
        answers = training_batches(dataset, RECIPE)
        cache = cache_teacher(teacher, answers, Path(folder) / "cache", precision="fp32", progress=False)
        objective, mark = cached_objective(cache), Path(folder)

        def started(model: nn.Module, batch: Batch) -> Any:
            if (batch.epoch, batch.step, os.environ["RANK"]) == (EPOCH, STEP, "1"):
                starts = len(list(mark.glob("start*")))
                (mark / f"start{starts}").touch()
                if starts == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return objective(model, batch)

        settings: dict[str, Any] = {"shares": 2, "clip_norm": 1.0, "checkpoint_steps": 4}
        models = {"one process": fit_in_parallel(student, dataset, RECIPE, objective=objective, **settings).model}
        with cluster("local", 2):
            for name, asked in (("two workers", objective), ("two workers, one killed", started)):
                fitted = fit_in_parallel(student, dataset, RECIPE, objective=asked, address="local", **settings)
                models[name] = fitted.model
        starts = len(list(mark.glob("start*")))
    first = models["one process"].state_dict()
    runs = {
        name: {
            "largest_difference": max(float((t - first[key]).abs().max()) for key, t in model.state_dict().items()),
            "test_accuracy": evaluate(model, test).accuracy,
        }
        for name, model in models.items()
    }
    record = {
        "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
        "data": {"name": dataset.name, "train": len(dataset.train), "test": len(dataset.test)},
        "student": f"small CNN of width {STUDENT}",
        "teacher": f"small CNN of width {TEACHER}, cached in half precision",
        "batch_size": RECIPE.batch_size,
        "shares": [33, 32],
        "epochs": RECIPE.epochs,
        "killed": {"epoch": EPOCH + 1, "step": STEP + 1, "steps_an_epoch": len(answers), "starts": starts},
        "runs": runs,
        "seed": RECIPE.seed,
        "machine": machine(threads=1).to_dict(),
    }
    write_json(HERE / "two_workers.json", record)


if __name__ == "__main__":
    main()
