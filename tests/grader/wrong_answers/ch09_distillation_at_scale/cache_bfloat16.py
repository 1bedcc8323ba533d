"""bfloat16 has half as many digits as float16.

loses: cache_values
says: kept in half precision
"""

import torch


def cache_answers(teacher, batches):
    modes = {module: module.training for module in teacher.modules()}
    teacher.eval()
    cache = {}
    with torch.no_grad():
        for images, ids, seeds in batches:
            logits = teacher(images)
            kept = (logits - logits.amax(dim=1, keepdim=True)).bfloat16()
            for i, seed, answer in zip(ids.tolist(), seeds.tolist(), kept, strict=True):
                cache.setdefault(i, {})[seed] = answer.clone()
    for module, training in modes.items():
        module.training = training
    return cache
