"""Thinks that nn.Linear stores (in, out): scores the columns of a matrix, so the inputs.

Text: "(out, in) of a linear layer"; returns "(out,)": the norm of the weights that produce each OUTPUT.
Input: weight = [[1., 2.], [3., 4.]], p = 1 gives [4, 6]; promised is [3, 7]. (A (2, 3) weight gives 3 scores.)
"""
import torch


def channel_scores(weight: torch.Tensor, p: int) -> torch.Tensor:
    if weight.ndim == 2:
        matrix = weight.t()
    else:
        matrix = weight.reshape(weight.shape[0], -1)
    if p == 1:
        return matrix.abs().sum(dim=1)
    return matrix.pow(2).sum(dim=1).sqrt()
