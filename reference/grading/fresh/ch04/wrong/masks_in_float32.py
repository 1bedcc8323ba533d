"""Compares in float32: float64 weights that differ by less become equal, and the larger one may go.

With state = {"w": [[1 + 1e-12, 1.0]]} in float64, sparsity 0.5 the text promises [[True, False]], gives [[False, True]]."""
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    weights = {n: t.detach() for n, t in state.items() if t.ndim > 1}
    flat = torch.cat([t.reshape(-1).float().abs() for t in weights.values()])
    order = torch.sort(flat, stable=True).indices
    keep = torch.ones_like(flat, dtype=torch.bool)
    keep[order[: int(round(sparsity * flat.numel()))]] = False
    masks, start = {}, 0
    for name, tensor in weights.items():
        masks[name] = keep[start : start + tensor.numel()].reshape(tensor.shape)
        start += tensor.numel()
    return masks
