"""Which of many compressed models are worth considering, and which one to take."""

from compresslab.pareto.choice import best_within
from compresslab.pareto.dominance import frontier
from compresslab.pareto.knee import curvature, knee
from compresslab.pareto.noise import noise_aware_frontier, paired_accuracy
from compresslab.pareto.objectives import Direction
from compresslab.pareto.volume import hypervolume

__all__ = [
    "Direction",
    "best_within",
    "curvature",
    "frontier",
    "hypervolume",
    "knee",
    "noise_aware_frontier",
    "paired_accuracy",
]
