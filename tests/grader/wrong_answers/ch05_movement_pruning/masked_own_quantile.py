"""The layer makes its own mask, by a quantile: while all scores are 0, all weights stay.

loses: masked_output
says: each weight times one or zero
"""

import torch
import torch.nn.functional as F


def masked_linear(x, weight, scores, keep):
    mask = scores >= torch.quantile(scores, 1 - keep)
    return F.linear(x, weight * (mask + (scores - scores.detach())))
