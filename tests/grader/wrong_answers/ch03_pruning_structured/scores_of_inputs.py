"""Dimension 0 is taken for the inputs: one score for each channel that is read.

loses: scores_axes, scores_any_layer
says: the first dimension counts
"""

import torch


def channel_scores(weight, p):
    return torch.linalg.vector_norm(weight.transpose(0, 1).flatten(1), ord=p, dim=1)
