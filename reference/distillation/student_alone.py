"""Was it the teacher? `python reference/distillation/student_alone.py`, about 2 minutes on one core.

The student of chapter 01, a network with one hidden layer of 64, is trained on the digits twice from the same initial
weights: on the teacher's answers (temperature 4, nine tenths of the loss), and on the labels alone. All else is equal.
Beside this script it writes `student_alone.json`: the test accuracy of each run, and the difference in points. Its
interval resamples the images, for all seeds together; the differences of the seeds stand beside it.
"""

import copy
from dataclasses import asdict
from pathlib import Path
from statistics import mean, stdev

import torch

from compresslab.data import Batches, load
from compresslab.distillation import distillation_objective
from compresslab.evaluation import accuracy_difference
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import mlp
from compresslab.recording import share
from compresslab.training import Recipe, evaluate, fit

SEEDS = range(10)
TEACHER, STUDENT = (512, 512), (64,)  # hidden units
RECIPE = {"epochs": 15, "batch_size": 64, "learning_rate": 0.05, "precision": "fp32", "channels_last": False}
HERE = Path(__file__).parent


def main() -> None:
    """Train, and write the file."""
    dataset = load("digits")
    test = Batches(dataset, dataset.test, 256)
    pixels = dataset.channels * dataset.image_size**2
    right: dict[str, list[torch.Tensor]] = {"teacher": [], "alone": [], "distilled": []}
    for seed in SEEDS:
        torch.manual_seed(seed)
        recipe = Recipe(**RECIPE, seed=seed)
        teacher = fit(mlp(inputs=pixels, hidden=TEACHER), dataset, recipe, progress=False).model
        student = mlp(inputs=pixels, hidden=STUDENT)
        alone = fit(copy.deepcopy(student), dataset, recipe, progress=False).model
        objective = distillation_objective(teacher)
        distilled = fit(student, dataset, recipe, objective=objective, progress=False).model
        for name, model in (("teacher", teacher), ("alone", alone), ("distilled", distilled)):
            right[name].append(evaluate(model, test).correct)
        print(f"seed {seed}: {', '.join(f'{name} {share(hits[-1]):.2%}' for name, hits in right.items())}", flush=True)
    by_seed = [100 * (share(a) - share(b)) for a, b in zip(right["distilled"], right["alone"], strict=True)]
    groups = dataset.test.groups.repeat(len(SEEDS))
    found = accuracy_difference(torch.cat(right["distilled"]), torch.cat(right["alone"]), groups)
    write_json(
        HERE / "student_alone.json",
        {
            "data": {"name": dataset.name, "test_images": len(dataset.test)},
            "hidden": {"teacher": TEACHER, "student": STUDENT},
            "recipe": asdict(Recipe(**RECIPE)) | {"seed": "that of the run"},
            "seeds": list(SEEDS),
            "accuracy": {name: [round(share(each), 4) for each in hits] for name, hits in right.items()},
            "distilled_less_alone": {
                "points": round(found.points, 3),
                "interval": {"low": found.interval.low, "high": found.interval.high, "level": found.interval.level},
                "by_seed": [round(points, 3) for points in by_seed],
                "sd_of_seeds": round(stdev(by_seed), 3),
            },
            "machine": machine(1).to_dict(),
        },
    )
    print(f"distilled less alone: {mean(by_seed):+.2f} points, sd over seeds {stdev(by_seed):.2f}")


if __name__ == "__main__":
    main()
