"""Adds 1e-12 under the root "for stability": small or zero channels get a score that isn't theirs.

Text: "2 for the root of the sum of the squares"; "Its values are 0, or of magnitudes ... (1e-15 to 1e15)".
Input: weight = [[3e-10, 4e-10], [0., 0.]], p = 2 gives [1e-6, 1e-6]; promised is [5e-10, 0].
"""
import torch


def channel_scores(weight: torch.Tensor, p: int) -> torch.Tensor:
    flat = weight.flatten(start_dim=1)
    if p == 1:
        return flat.abs().sum(dim=1)
    return torch.sqrt((flat * flat).sum(dim=1) + 1e-12)
