"""NumPy: one float64 vector, argpartition instead of a sort, and the pieces cut out by cumulative offsets."""
import numpy as np
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    shapes = {name: tuple(t.shape) for name, t in state.items() if len(t.shape) > 1}
    vector = np.concatenate([np.abs(state[name].detach().numpy().astype(np.float64)).ravel() for name in shapes])
    gone = int(np.rint(sparsity * vector.size))
    stays = np.ones(vector.size, dtype=bool)
    if 0 < gone < vector.size:
        stays[np.argpartition(vector, gone - 1)[:gone]] = False
    elif gone:
        stays[:] = False
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes.values()])
    pieces = np.split(stays, ends[:-1])
    return {name: torch.from_numpy(piece.reshape(shapes[name]).copy()) for name, piece in zip(shapes, pieces)}
