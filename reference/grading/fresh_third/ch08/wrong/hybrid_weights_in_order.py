"""Takes the weights by their place in the dict, not by their names.

Text: "weights: of the terms "labels", "soft", "hint" and "relation" (see the table), in any order".
Input: {"relation": 1, "hint": 0, "soft": 0, "labels": 0} weighs the labels; promised are the relations.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


class HybridLoss(nn.Module):
    def __init__(self, student_width: int, teacher_width: int, weights: dict[str, float], temperature: float) -> None:
        super().__init__()
        self.projector = nn.Linear(student_width, teacher_width, bias=False)
        self.weights = list(weights.values())
        self.temperature = temperature

    def forward(
        self,
        student_logits: Tensor,
        teacher_logits: Tensor,
        labels: Tensor,
        student_features: Tensor,
        teacher_features: Tensor,
    ) -> Tensor:
        w_labels, w_soft, w_hint, w_relation = self.weights
        loss = student_logits.new_zeros(())
        if w_labels:
            loss = loss + w_labels * F.cross_entropy(student_logits, labels)
        if w_soft:
            t = self.temperature
            log_q = F.log_softmax(student_logits / t, dim=1)
            log_p = F.log_softmax(teacher_logits.detach() / t, dim=1)
            loss = loss + w_soft * t**2 * F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
        if w_hint:
            loss = loss + w_hint * hint_loss(self.projector(student_features), teacher_features)
        if w_relation:
            loss = loss + w_relation * relation_loss(student_features, teacher_features)
        return loss
