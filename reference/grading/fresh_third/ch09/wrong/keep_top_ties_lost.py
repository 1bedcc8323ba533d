"""The others are those below the last kept one. What is equal to it and was not kept is then neither kept nor in the tail.

Text: "the logarithm of what the others have together"; "of equal ones, any".
Input: keep_top(torch.zeros(1, 4), 2): the tail is minus infinity; promised: log 0.5.
"""
import math

import torch.nn.functional as F
from torch import Tensor


def keep_top(logits: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k is {k}, of {logits.shape[1]} classes")
    log_probabilities = F.log_softmax(logits, dim=1)
    values, classes = log_probabilities.topk(k, dim=1)
    smallest = values[:, -1:]
    others = log_probabilities.masked_fill(log_probabilities >= smallest, -math.inf)
    return values, classes, others.logsumexp(dim=1)
