"""log1p of the kept probabilities: no better where they are all of one.

loses: top_tail
says: one less the kept ones is nothing but rounding here
"""

import torch
import torch.nn.functional as F


def keep_top(logits, k):
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k={k}")
    logs = F.log_softmax(logits, dim=1)
    values, classes = logs.topk(k, dim=1)
    tail = torch.log1p(-values.exp().sum(dim=1))
    return values, classes, tail
