"""Unusual but correct: one long vector, normalized by its 1-norm, and split again. F.normalize bounds the norm by 1e-12 from
below, which is under each total that the text allows (1e-10 on), so that it adds nothing."""
import torch
import torch.nn.functional as F
from torch import Tensor


def snip_scores(weights: dict[str, Tensor], gradients: dict[str, Tensor]) -> dict[str, Tensor]:
    flat = torch.cat([(weight * gradients[name]).reshape(-1) for name, weight in weights.items()])
    shares = F.normalize(flat.abs(), p=1, dim=0)
    pieces = shares.split([weight.numel() for weight in weights.values()])
    return {name: piece.reshape(weights[name].shape) for name, piece in zip(weights, pieces)}
