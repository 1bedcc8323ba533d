"""All within the k-th value; with ties the classes repeat.

loses: top_tail
says: all are kept
"""

import math

import torch
import torch.nn.functional as F


def keep_top(logits, k):
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k={k}")
    logs = F.log_softmax(logits, dim=1)
    values = logs.topk(k, dim=1).values
    classes = torch.stack([(logs == v[:, None]).int().argmax(dim=1) for v in values.unbind(1)], dim=1)
    tail = logs.scatter(1, classes, -math.inf).logsumexp(dim=1)
    return values, classes, tail
