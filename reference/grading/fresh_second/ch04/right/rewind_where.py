"""torch.where against zeros of the same dtype, in one comprehension; names without a mask keep the saved tensors."""
import torch


def rewind(saved: dict[str, torch.Tensor], masks: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return saved | {name: torch.where(mask, saved[name], torch.zeros_like(saved[name])) for name, mask in masks.items()}
