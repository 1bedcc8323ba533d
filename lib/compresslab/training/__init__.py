"""Training and evaluating classifiers: one function each, resumable, in mixed precision."""

from compresslab.training.evaluate import Evaluation, evaluate
from compresslab.training.fit import Fitted, TrainingDiverged, fit
from compresslab.training.recipe import Recipe, autocast, one_cycle
from compresslab.training.state import Epoch
from compresslab.training.step import cross_entropy

__all__ = [
    "Epoch",
    "Evaluation",
    "Fitted",
    "Recipe",
    "TrainingDiverged",
    "autocast",
    "cross_entropy",
    "evaluate",
    "fit",
    "one_cycle",
]
