"""The temperature is always 4.

loses: hybrid_value
says: T squared
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F
from torch import nn


class HybridLoss(nn.Module):
    def __init__(self, student_width, teacher_width, weights, temperature):
        super().__init__()
        self.projector = nn.Linear(student_width, teacher_width, bias=False)
        self.weights, self.temperature = dict(weights), 4.0

    def forward(self, student_logits, teacher_logits, labels, student_features, teacher_features):
        w, T, loss = self.weights, self.temperature, student_logits.sum() * 0
        if w["labels"]:
            loss = loss + w["labels"] * F.cross_entropy(student_logits, labels)
        if w["soft"]:
            log_q = F.log_softmax(student_logits / T, dim=1)
            log_p = F.log_softmax(teacher_logits.detach() / T, dim=1)
            loss = loss + w["soft"] * T**2 * F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
        if w["hint"]:
            loss = loss + w["hint"] * hint_loss(self.projector(student_features), teacher_features)
        if w["relation"]:
            loss = loss + w["relation"] * relation_loss(student_features, teacher_features)
        return loss
