"""Needs no ReLU: an output is zero after it if it isn't above zero before. The largest value over the inputs tells which places
are always zero; the rest with NumPy."""
import numpy as np
import torch
from torch import nn


def zero_shares(layer: nn.Module, x: torch.Tensor) -> dict[str, float | torch.Tensor]:
    with torch.inference_mode():
        rows = layer(x).double().reshape(x.shape[0], -1).numpy()
    weight = layer.weight.detach().double().numpy()
    per_input = [np.count_nonzero(row <= 0) / row.size for row in rows]
    return {
        "weight": float(1 - np.count_nonzero(weight) / weight.size),
        "outputs": torch.tensor(per_input, dtype=torch.float64),
        "always": float(np.mean(rows.max(axis=0) <= 0)),
    }
