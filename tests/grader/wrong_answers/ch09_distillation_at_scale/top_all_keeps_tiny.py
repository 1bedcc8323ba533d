"""Where all are kept the tail is a tiny number.

loses: top_tail
says: all are kept
"""

import math

import torch.nn.functional as F


def keep_top(logits, k):
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k={k}")
    logs = F.log_softmax(logits, dim=1)
    values, classes = logs.topk(k, dim=1)
    tail = logs.scatter(1, classes, -math.inf).logsumexp(dim=1)
    tail = tail.clamp(min=-100.0)
    return values, classes, tail
