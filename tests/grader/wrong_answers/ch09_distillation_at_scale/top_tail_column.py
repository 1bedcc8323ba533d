"""The tail is a column.

loses: top_tail
says: the logarithm of the others' probabilities
"""

import math

import torch.nn.functional as F


def keep_top(logits, k):
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k={k}")
    logs = F.log_softmax(logits, dim=1)
    values, classes = logs.topk(k, dim=1)
    tail = logs.scatter(1, classes, -math.inf).logsumexp(dim=1, keepdim=True)
    return values, classes, tail
