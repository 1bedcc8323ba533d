"""Switches to evaluation only where the teacher as a whole is in training mode. In a teacher in evaluation mode, one layer may be training.

Text: "It answers in evaluation mode, whatever mode it comes in"; "each layer in its own mode (they may differ)".
Input: nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)).eval() with teacher[1].train(): dropout is at work in the answers.
"""
import torch
from torch import Tensor, nn


def cache_answers(teacher: nn.Module, batches: list[tuple[Tensor, Tensor, Tensor]]) -> dict[int, dict[int, Tensor]]:
    before = {module: module.training for module in teacher.modules()}
    if teacher.training:
        teacher.eval()
    cache = {}
    with torch.no_grad():
        for images, ids, seeds in batches:
            logits = teacher(images)
            logits = (logits - logits.amax(1, keepdim=True)).half()
            for image_id, seed, row in zip(ids.tolist(), seeds.tolist(), logits):
                cache.setdefault(image_id, {})[seed] = row
    for module, training in before.items():
        module.training = training
    return cache
