"""Frozen parameters are left out.

loses: model_parameters
says: it is still in memory
"""


def bytes_by_dtype(model):
    found = {}
    for t in [p for p in model.parameters() if p.requires_grad] + list(model.buffers()):
        key = str(t.dtype).split(".")[1]
        found[key] = found.get(key, 0) + t.numel() * t.element_size()
    return found
