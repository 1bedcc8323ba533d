"""No no_grad: each answer holds the graph of its batch.

loses: cache_values
says: a graph that hangs on an answer keeps its whole batch in memory
"""


def cache_answers(teacher, batches):
    modes = {module: module.training for module in teacher.modules()}
    teacher.eval()
    cache = {}
    if True:
        for images, ids, seeds in batches:
            logits = teacher(images)
            kept = (logits - logits.amax(dim=1, keepdim=True)).half()
            for i, seed, answer in zip(ids.tolist(), seeds.tolist(), kept, strict=True):
                cache.setdefault(i, {})[seed] = answer.clone()
    for module, training in modes.items():
        module.training = training
    return cache
