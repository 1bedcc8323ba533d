"""Gets the rest as 1 - p, kept above 1e-7: a sure student's loss against an unsure teacher stops growing.

Text: "Both halves are right however sure teacher or student are".
Input: student [[100., 0.]], teacher [[0., 0.]], label 0, temperature 1, label_weight 1: about 7.3; promised is about 49.3.
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
    s, t = student_logits / temperature, teacher_logits.detach() / temperature
    classes = s.shape[1]
    index = labels[:, None]
    p = t.softmax(dim=1).gather(1, index).clamp(1e-7, 1 - 1e-7)
    q = s.softmax(dim=1).gather(1, index).clamp(1e-7, 1 - 1e-7)
    first = p * (p / q).log() + (1 - p) * ((1 - p) / (1 - q)).log()
    others = ~F.one_hot(labels, classes).bool()
    log_p = torch.log_softmax(t[others].reshape(-1, classes - 1), dim=1)
    log_q = torch.log_softmax(s[others].reshape(-1, classes - 1), dim=1)
    second = (log_p.exp() * (log_p - log_q)).sum(dim=1)
    return temperature**2 * (label_weight * first.mean() + others_weight * second.mean())
