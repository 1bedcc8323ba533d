"""The teacher itself is turned into half precision, to save time.

loses: cache_values
says: half precision rounds 4001
"""

import torch


def cache_answers(teacher, batches):
    modes = {module: module.training for module in teacher.modules()}
    teacher.eval()
    cache = {}
    with torch.no_grad():
        for images, ids, seeds in batches:
            logits = teacher.half()(images.half())
            kept = (logits - logits.amax(dim=1, keepdim=True)).half()
            for i, seed, answer in zip(ids.tolist(), seeds.tolist(), kept, strict=True):
                cache.setdefault(i, {})[seed] = answer.clone()
    for module, training in modes.items():
        module.training = training
    return cache
