"""The teacher stays in evaluation mode.

loses: cache_keys
says: the caller goes on with this model
"""

import torch


def cache_answers(teacher, batches):
    {module: module.training for module in teacher.modules()}
    teacher.eval()
    cache = {}
    with torch.no_grad():
        for images, ids, seeds in batches:
            logits = teacher(images)
            kept = (logits - logits.amax(dim=1, keepdim=True)).half()
            for i, seed, answer in zip(ids.tolist(), seeds.tolist(), kept, strict=True):
                cache.setdefault(i, {})[seed] = answer.clone()
    return cache
