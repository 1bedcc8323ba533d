"""Remembers the mode of the teacher as a whole, and gives it back with train(): a layer frozen in evaluation mode comes back in training mode.

Text: "comes back as it was: each layer in its own mode (they may differ)".
Input: nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2).eval()), the whole in training mode.
"""
import torch
from torch import Tensor, nn


def cache_answers(teacher: nn.Module, batches: list[tuple[Tensor, Tensor, Tensor]]) -> dict[int, dict[int, Tensor]]:
    was_training = teacher.training
    teacher.eval()
    cache = {}
    with torch.no_grad():
        for images, ids, seeds in batches:
            logits = teacher(images)
            logits = logits - logits.max(dim=1, keepdim=True).values
            for image_id, seed, row in zip(ids.tolist(), seeds.tolist(), logits.half()):
                cache.setdefault(image_id, {})[seed] = row
    teacher.train(was_training)
    return cache
