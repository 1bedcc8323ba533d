"""Rounds the logits to half precision first, and subtracts the largest after that.

Text: "They are subtracted in the teacher's precision and rounded after that."
Input: logits 2049 and 2048: promised are 0 and -1; this keeps 0 and 0.
"""
import torch
from torch import Tensor, nn


def cache_answers(teacher: nn.Module, batches: list[tuple[Tensor, Tensor, Tensor]]) -> dict[int, dict[int, Tensor]]:
    modes = [(module, module.training) for module in teacher.modules()]
    teacher.eval()
    cache: dict[int, dict[int, Tensor]] = {}
    with torch.no_grad():
        for images, ids, seeds in batches:
            answers = teacher(images).to(torch.float16)
            answers = answers - answers.amax(dim=1, keepdim=True)
            for i, image_id in enumerate(ids.tolist()):
                cache.setdefault(image_id, {})[int(seeds[i])] = answers[i].clone()
    for module, mode in modes:
        module.training = mode
    return cache
