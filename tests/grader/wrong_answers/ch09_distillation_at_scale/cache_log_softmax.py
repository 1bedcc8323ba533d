"""Log-probabilities: the largest isn't 0.

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
            kept = torch.log_softmax(logits, dim=1).half()
            for i, seed, answer in zip(ids.tolist(), seeds.tolist(), kept, strict=True):
                cache.setdefault(i, {})[seed] = answer.clone()
    for module, training in modes.items():
        module.training = training
    return cache
