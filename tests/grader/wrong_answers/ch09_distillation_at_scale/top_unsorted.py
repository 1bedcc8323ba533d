"""In the order of the classes.

loses: top_values
says: logarithms of probabilities
"""

import math

import torch.nn.functional as F


def keep_top(logits, k):
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k={k}")
    logs = F.log_softmax(logits, dim=1)
    classes = logs.topk(k, dim=1).indices.sort(dim=1).values
    values = logs.gather(1, classes)
    tail = logs.scatter(1, classes, -math.inf).logsumexp(dim=1)
    return values, classes, tail
