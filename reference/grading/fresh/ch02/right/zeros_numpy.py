"""Right: one pass in inference mode; then NumPy counts, and numbers are NumPy float64 (which are floats)."""
import numpy as np
import torch
from torch import nn


def zero_shares(layer: nn.Module, x: torch.Tensor) -> dict[str, float | torch.Tensor]:
    with torch.inference_mode():
        silent = layer(x).clamp(min=0).eq(0).numpy().reshape(len(x), -1)
        pruned = layer.weight.eq(0).numpy()
    return {
        "weight": np.mean(pruned),
        "outputs": torch.from_numpy(silent.mean(axis=1)),
        "always": np.mean(np.logical_and.reduce(silent, axis=0)),
    }
