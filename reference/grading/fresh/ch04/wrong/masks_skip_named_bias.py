"""Leaves out tensors whose name says bias, whatever their dimensions.

With state = {"0.weight": [[1., 2.]], "position_bias": [[3., 4.]]}, sparsity 0.5 the text promises masks for both names ("whatever its
name"), gives one for 0.weight only, with 1 of 2 gone."""
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    weights = {n: t for n, t in state.items() if t.dim() >= 2 and "bias" not in n}
    flat = torch.cat([t.detach().abs().flatten() for t in weights.values()])
    keep = torch.ones(len(flat), dtype=torch.bool)
    keep[flat.argsort()[: round(sparsity * len(flat))]] = False
    parts = keep.split([t.numel() for t in weights.values()])
    return {n: part.view(t.shape) for (n, t), part in zip(weights.items(), parts)}
