"""Keys are a count of the images seen, not their ids.

loses: cache_keys
says: the key is the image's id
"""

import torch


def cache_answers(teacher, batches):
    modes = {module: module.training for module in teacher.modules()}
    teacher.eval()
    cache = {}
    with torch.no_grad():
        for images, _ids, seeds in batches:
            logits = teacher(images)
            kept = (logits - logits.amax(dim=1, keepdim=True)).half()
            for seed, answer in zip(seeds.tolist(), kept, strict=True):
                cache.setdefault(len(cache), {})[seed] = answer.clone()
    for module, training in modes.items():
        module.training = training
    return cache
