"""Techniques at the same time: masks, learned steps and distillation in one training, and what their gradients say."""

from compresslab.joint.annealed import annealed_magnitude, annealed_temperature
from compresslab.joint.conflict import Conflict, cosine, gradients, measure_conflict, project, with_gradient
from compresslab.joint.objective import joint_objective
from compresslab.joint.prepare import finish, prepare_jointly

__all__ = [
    "Conflict",
    "annealed_magnitude",
    "annealed_temperature",
    "cosine",
    "finish",
    "gradients",
    "joint_objective",
    "measure_conflict",
    "prepare_jointly",
    "project",
    "with_gradient",
]
