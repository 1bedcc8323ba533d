"""Training and evaluating classifiers: resumable, in mixed precision, in one process or on many."""

from compresslab.training.evaluate import Evaluation, evaluate
from compresslab.training.fit import Fitted, TrainingDiverged, fit
from compresslab.training.parallel import fit_in_parallel
from compresslab.training.recipe import Recipe, autocast, one_cycle
from compresslab.training.recompute import recomputing
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
    "fit_in_parallel",
    "one_cycle",
    "recomputing",
]
