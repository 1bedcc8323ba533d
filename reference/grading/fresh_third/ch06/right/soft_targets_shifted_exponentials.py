"""By hand: takes off each sample's largest logit before dividing, then exponentials over their sum."""
import torch
from torch import Tensor


def soft_targets(logits: Tensor, temperature: float) -> Tensor:
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}, must be above 0")
    largest, _ = logits.detach().max(dim=-1, keepdim=True)
    numbers = torch.exp((logits - largest) / temperature)
    return numbers / numbers.sum(dim=-1, keepdim=True)
