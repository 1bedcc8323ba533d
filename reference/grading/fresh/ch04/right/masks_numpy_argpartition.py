"""Right: magnitudes as float64 in NumPy (exact for every float dtype), the smallest by argpartition, masks by np.split."""
import numpy as np
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    weights = {name: tensor for name, tensor in state.items() if len(tensor.shape) >= 2}
    sizes = [np.abs(w.detach().cpu().double().numpy()).ravel() for w in weights.values()]
    long = np.concatenate(sizes)
    count = int(np.rint(sparsity * long.size))
    stays = np.ones(long.size, dtype=bool)
    if 0 < count < long.size:
        stays[np.argpartition(long, count - 1)[:count]] = False
    elif count:
        stays[:] = False
    pieces = np.split(stays, np.cumsum([len(s) for s in sizes])[:-1])
    return {n: torch.from_numpy(piece.copy()).reshape(w.shape) for (n, w), piece in zip(weights.items(), pieces)}
