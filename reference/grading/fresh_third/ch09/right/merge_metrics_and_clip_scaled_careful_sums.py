"""math.fsum for the losses; for the norm math.hypot over each tensor's norm, all in float64."""
import math
import itertools

import torch
from torch import Tensor


def merge_metrics(reports: list[list[tuple[float, int, int]]]) -> dict[str, float]:
    filled = [batch for batch in itertools.chain.from_iterable(reports) if batch[2]]
    if not filled:
        raise ValueError("no samples")
    losses, rights, sizes = zip(*filled)
    samples = sum(sizes)
    return {
        "loss": math.fsum(loss * size for loss, size in zip(losses, sizes)) / samples,
        "accuracy": sum(rights) / samples,
        "samples": samples,
    }


def clip_scaled(gradients: list[Tensor], scale: float, max_norm: float) -> list[Tensor] | None:
    for gradient in gradients:
        if gradient.isinf().any() or gradient.isnan().any():
            return None
    true = [gradient.float() / scale for gradient in gradients]
    norm = math.hypot(*(torch.linalg.vector_norm(each.double().reshape(-1)).item() for each in true))
    if norm <= max_norm:
        return true
    return [(each.double() * (max_norm / norm)).float() for each in true]
