"""A little is added to the student's probabilities.

loses: loss_gradient
says: logarithms of a softmax that has underflowed are infinite
"""

import math

import torch
import torch.nn.functional as F


def top_loss(student_logits, values, classes, tail):
    logs = (F.softmax(student_logits, dim=1) + 1e-8).log()
    kept = logs.gather(1, classes)
    loss = (values.exp() * (values - kept)).sum(dim=1)
    if classes.shape[1] < student_logits.shape[1]:
        rest = logs.scatter(1, classes, -math.inf).logsumexp(dim=1)
        some = tail > -math.inf
        log_tail = torch.where(some, tail, 0.0)
        loss = loss + torch.where(some, tail.exp() * (log_tail - rest), 0.0)
    return loss.mean()
