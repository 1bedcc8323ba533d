"""The layer makes its own mask, and cuts the number off where top_v_mask rounds.

loses: masked_output
says: which counts
"""

import torch
import torch.nn.functional as F


def masked_linear(x, weight, scores, keep):
    k = int(keep * scores.numel())
    mask = torch.zeros(scores.numel())
    mask[scores.flatten().topk(k).indices] = 1
    return F.linear(x, weight * (mask.view_as(scores) + (scores - scores.detach())))
