"""Seeds are replaced by a count of the image's views.

loses: cache_keys
says: the key is the image's id
"""

import torch


def cache_answers(teacher, batches):
    modes = {module: module.training for module in teacher.modules()}
    teacher.eval()
    cache = {}
    with torch.no_grad():
        for images, ids, seeds in batches:
            logits = teacher(images)
            kept = (logits - logits.amax(dim=1, keepdim=True)).half()
            for i, _seed, answer in zip(ids.tolist(), seeds.tolist(), kept, strict=True):
                cache.setdefault(i, {})[len(cache[i]) if i in cache else 0] = answer.clone()
    for module, training in modes.items():
        module.training = training
    return cache
