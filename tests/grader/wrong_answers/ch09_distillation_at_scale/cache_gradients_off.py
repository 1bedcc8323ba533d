"""Gradients are switched off for good.

loses: cache_keys
says: use `with torch
"""

import torch


def cache_answers(teacher, batches):
    modes = {module: module.training for module in teacher.modules()}
    teacher.eval()
    cache = {}
    torch.set_grad_enabled(False)
    if True:
        for images, ids, seeds in batches:
            logits = teacher(images)
            kept = (logits - logits.amax(dim=1, keepdim=True)).half()
            for i, seed, answer in zip(ids.tolist(), seeds.tolist(), kept, strict=True):
                cache.setdefault(i, {})[seed] = answer.clone()
    for module, training in modes.items():
        module.training = training
    return cache
