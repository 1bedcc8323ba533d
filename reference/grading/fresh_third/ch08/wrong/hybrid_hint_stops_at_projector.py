"""Detaches the student's features before the projector: the hint trains the projector and not the student.

Text: "gradients pass to what is the student's"; the hint is "`hint_loss` of the student's *projected* features".
Input: weights with "hint" alone: the gradient at student_features is missing; promised is hint_loss's, through the projector.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


class HybridLoss(nn.Module):
    def __init__(self, student_width: int, teacher_width: int, weights: dict[str, float], temperature: float) -> None:
        super().__init__()
        self.projector = nn.Linear(student_width, teacher_width, bias=False)
        self.weights = dict(weights)
        self.temperature = temperature

    def forward(
        self,
        student_logits: Tensor,
        teacher_logits: Tensor,
        labels: Tensor,
        student_features: Tensor,
        teacher_features: Tensor,
    ) -> Tensor:
        t = self.temperature
        terms = {
            "labels": lambda: F.cross_entropy(student_logits, labels),
            "soft": lambda: t**2
            * F.kl_div(
                F.log_softmax(student_logits / t, dim=1),
                F.log_softmax(teacher_logits.detach() / t, dim=1),
                reduction="batchmean",
                log_target=True,
            ),
            "hint": lambda: hint_loss(self.projector(student_features.detach()), teacher_features),
            "relation": lambda: relation_loss(student_features, teacher_features),
        }
        used = [self.weights[name] * term() for name, term in terms.items() if self.weights[name] != 0]
        return sum(used, student_logits.new_zeros(()))
