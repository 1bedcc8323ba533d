"""Mistake: rounds the share to whole percent (against 0.58 * 100 = 57.99...) before multiplying with the number of entries.

With scores=torch.arange(1000.0), keep=0.125, the text promises exactly 125 True; gives 120.
"""
import torch
from torch import Tensor


def top_v_mask(scores: Tensor, keep: float) -> Tensor:
    if not 0 <= keep <= 1:
        raise ValueError(f"keep must be between 0 and 1, not {keep}")
    percent = round(100 * keep)
    count = round(percent * scores.numel() / 100)
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().topk(count).indices] = True
    return mask.reshape(scores.shape)
