"""The tail's term is left out.

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
    if False:
        rest = logs.scatter(1, classes, -math.inf).logsumexp(dim=1)
        some = tail > -math.inf
        log_tail = torch.where(some, tail, 0.0)
        loss = loss + torch.where(some, tail.exp() * (log_tail - rest), 0.0)
    return loss.mean()
