"""Row by row in float64, its largest logit taken off first, by logsumexp; stacked and sent back to the logits' dtype."""
import torch
from torch import Tensor


def soft_targets(logits: Tensor, temperature: float) -> Tensor:
    if temperature <= 0:
        raise ValueError("the temperature must be positive")
    rows = []
    for row in logits:
        exact = row.to(torch.float64)
        scaled = (exact - exact.detach().max()) / temperature
        rows.append((scaled - scaled.logsumexp(0)).exp())
    return torch.stack(rows).to(logits.dtype)
