"""Magnitudes are compared in float32.

loses: masks_global
says: less than float32 can tell
"""

import torch


def global_masks(state, sparsity):
    ws = {k: v for k, v in state.items() if v.ndim > 1}
    flat = torch.cat([v.float().abs().flatten() for v in ws.values()])
    keep = torch.ones(flat.numel(), dtype=torch.bool)
    keep[flat.argsort()[: round(sparsity * flat.numel())]] = False
    return {
        n: p.view(v.shape) for (n, v), p in zip(ws.items(), keep.split([v.numel() for v in ws.values()]), strict=True)
    }
