"""Unusual but correct: plain Python, sorting the positions by their scores; float32 values are exact as Python floats."""
import torch
from torch import Tensor


def top_v_mask(scores: Tensor, keep: float) -> Tensor:
    if not (0 <= keep <= 1):
        raise ValueError(f"keep={keep} is no share")
    values = scores.detach().reshape(-1).tolist()
    count = round(float(keep) * len(values))
    chosen = set(sorted(range(len(values)), key=values.__getitem__, reverse=True)[:count])
    flags = [position in chosen for position in range(len(values))]
    return torch.tensor(flags, dtype=torch.bool).reshape(scores.shape)
