"""The kept logits are overwritten in the input.

loses: top_values
says: does the function work in place
"""

import math

import torch.nn.functional as F


def keep_top(logits, k):
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k={k}")
    logs = F.log_softmax(logits, dim=1)
    values, classes = logs.topk(k, dim=1)
    tail = logs.scatter(1, classes, -math.inf).logsumexp(dim=1)
    logits.scatter_(1, classes, -math.inf)
    return values, classes, tail
