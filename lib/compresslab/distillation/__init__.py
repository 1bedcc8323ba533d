"""Training a student on what a teacher knows."""

from compresslab.distillation.hinton import distillation_loss, distillation_objective, soft_targets

__all__ = ["distillation_loss", "distillation_objective", "soft_targets"]
