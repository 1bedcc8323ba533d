"""0 times infinity where nothing is left out.

loses: loss_gradient
says: nothing is left out
"""

import math

import torch.nn.functional as F


def top_loss(student_logits, values, classes, tail):
    logs = F.log_softmax(student_logits, dim=1)
    kept = logs.gather(1, classes)
    loss = (values.exp() * (values - kept)).sum(dim=1)
    if True:
        rest = logs.scatter(1, classes, -math.inf).logsumexp(dim=1)
        loss = loss + tail.exp() * (tail - rest)
    return loss.mean()
