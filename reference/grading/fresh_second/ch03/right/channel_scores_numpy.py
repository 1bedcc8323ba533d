"""NumPy's norm along the rows of the flattened weight, then back to a tensor of the same dtype."""
import numpy as np
import torch


def channel_scores(weight: torch.Tensor, p: int) -> torch.Tensor:
    array = weight.detach().cpu().numpy()
    rows = array.reshape(array.shape[0], -1)
    norms = np.linalg.norm(rows, ord=p, axis=1)
    return torch.from_numpy(norms.astype(array.dtype))
