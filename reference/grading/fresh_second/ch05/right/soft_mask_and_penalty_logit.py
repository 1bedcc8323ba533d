"""The threshold is carried to the scores' side (its logit, in double); the penalty is a running sum of exp(logsigmoid) divided by the count."""
import math

import torch
import torch.nn.functional as F
from torch import Tensor


def soft_mask(scores: Tensor, threshold: float) -> Tensor:
    return scores.detach().to(torch.float64) > math.log(threshold / (1 - threshold))


def soft_penalty(*layers: Tensor) -> Tensor:
    total, count = 0, 0
    for scores in layers:
        total = total + F.logsigmoid(scores).exp().sum()
        count += scores.numel()
    return total / count
