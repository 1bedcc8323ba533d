"""The tail is spread over the other classes as equals.

loses: loss_value, loss_tail
says: each kept class with the student's probability of the same class
"""

import math

import torch
import torch.nn.functional as F


def top_loss(student_logits, values, classes, tail):
    logs = F.log_softmax(student_logits, dim=1)
    kept = logs.gather(1, classes)
    loss = (values.exp() * (values - kept)).sum(dim=1)
    if classes.shape[1] < student_logits.shape[1]:
        some = tail > -math.inf
        log_tail = torch.where(some, tail, 0.0)
        loss = loss + torch.where(
            some,
            (tail.exp() / (logs.shape[1] - classes.shape[1]))
            * (log_tail[:, None] - math.log(logs.shape[1] - classes.shape[1]) - logs)
            .scatter(1, classes, 0.0)
            .sum(dim=1),
            0.0,
        )
    return loss.mean()
