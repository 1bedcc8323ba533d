"""The logarithm of a softmax that underflows.

loses: top_tail
says: one less the kept ones is nothing but rounding here
"""

import math

import torch.nn.functional as F


def keep_top(logits, k):
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k={k}")
    logs = F.softmax(logits, dim=1).log()
    values, classes = logs.topk(k, dim=1)
    tail = logs.scatter(1, classes, -math.inf).logsumexp(dim=1)
    return values, classes, tail
