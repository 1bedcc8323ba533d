"""Scores are converted to float32.

loses: soft_threshold, soft_penalty_value
says: less than float32 can tell
"""

import torch


def soft_mask(scores, threshold):
    return torch.sigmoid(scores.float()) > threshold


def soft_penalty(*layers):
    return torch.cat([torch.sigmoid(s.float()).flatten() for s in layers]).mean()
