"""What the scripts of this folder share: trainings that are kept from one start to the next, and what they answer."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from compresslab.data import Batches, Dataset
from compresslab.distillation import WithProjectors
from compresslab.files import write_json
from compresslab.recording import share
from compresslab.training import Recipe, evaluate, fit
from compresslab.training.step import Objective


@dataclass(frozen=True)
class Run:
    """What is left of a training.

    Attributes:
        right: (n,) bool, which test images the model gets right.
        validation: accuracy after each epoch.
    """

    right: Tensor
    validation: list[float]


def kept(
    path: Path, model: nn.Module, dataset: Dataset, recipe: Recipe, objective: Objective | None = None
) -> tuple[nn.Module, Run]:
    """Train a model and test it; from an earlier start of the script as far as that came.

    Returns:
        The model without projectors, and its run.
    """
    checkpoint, answers = path.with_suffix(".checkpoint"), path.with_suffix(".json")
    fitted = fit(
        model, dataset, recipe, objective=objective, checkpoint=checkpoint, checkpoint_seconds=20, progress=False
    )
    trained = fitted.model.student if isinstance(fitted.model, WithProjectors) else fitted.model
    assert isinstance(trained, nn.Module)
    if not answers.exists():
        right = evaluate(trained, Batches(dataset, dataset.test, 500)).correct
        write_json(answers, {"right": np.packbits(right.numpy()).tolist()})
        print(f"{path.stem}: {share(right):.2%} after {fitted.seconds:.0f} s", flush=True)
    packed = np.array(json.loads(answers.read_text())["right"], dtype=np.uint8)
    right = torch.from_numpy(np.unpackbits(packed, count=len(dataset.test)).astype(np.bool_))
    return trained, Run(right, [round(epoch.validation_accuracy, 4) for epoch in fitted.history])
