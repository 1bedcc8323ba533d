"""Training a student on what a teacher knows."""

from compresslab.distillation.cache import TeacherCache, cache_teacher, cached_objective
from compresslab.distillation.decoupled import decoupled_loss, decoupled_parts
from compresslab.distillation.features import (
    WithProjectors,
    attention_loss,
    attention_map,
    captured,
    hint_loss,
    projector,
)
from compresslab.distillation.hinton import as_alpha, distillation_loss, distillation_objective, soft_targets
from compresslab.distillation.hybrid import AdaptiveWeights, Seen, Term, hybrid_objective
from compresslab.distillation.relations import (
    angle_loss,
    angles,
    distance_loss,
    distances,
    similarities,
    similarity_loss,
)
from compresslab.distillation.students import StudentCost, keep_layers, student_costs, take_over
from compresslab.distillation.teachers import Ensemble, answers, distil_in_turn, frozen, mean_answer
from compresslab.distillation.top_classes import expand_top, keep_top

__all__ = [
    "AdaptiveWeights",
    "Ensemble",
    "Seen",
    "StudentCost",
    "TeacherCache",
    "Term",
    "WithProjectors",
    "angle_loss",
    "angles",
    "answers",
    "as_alpha",
    "attention_loss",
    "attention_map",
    "cache_teacher",
    "cached_objective",
    "captured",
    "decoupled_loss",
    "decoupled_parts",
    "distance_loss",
    "distances",
    "distil_in_turn",
    "distillation_loss",
    "distillation_objective",
    "expand_top",
    "frozen",
    "hint_loss",
    "hybrid_objective",
    "keep_layers",
    "keep_top",
    "mean_answer",
    "projector",
    "similarities",
    "similarity_loss",
    "soft_targets",
    "student_costs",
    "take_over",
]
