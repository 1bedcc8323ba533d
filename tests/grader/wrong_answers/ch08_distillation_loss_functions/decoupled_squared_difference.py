"""Squared differences of probabilities in place of KL.

loses: decoupled_value
says: label against the rest has two terms
"""

import torch
import torch.nn.functional as F


def decoupled_loss(student_logits, teacher_logits, labels, *, temperature, label_weight, others_weight):
    of_label = F.one_hot(labels, student_logits.shape[1]).bool()
    halves = []
    for logits in (teacher_logits.detach(), student_logits):
        scaled = logits / temperature
        rest = scaled[~of_label].view(len(labels), -1)
        pair = torch.stack([scaled[of_label], rest.logsumexp(dim=1)], dim=1)
        halves.append((F.log_softmax(pair, dim=1), F.log_softmax(rest, dim=1)))
    label, others = ((t.exp() - s.exp()).square().sum(dim=1).mean() for t, s in zip(*halves, strict=False))
    return temperature**2 * (label_weight * label + others_weight * others)
