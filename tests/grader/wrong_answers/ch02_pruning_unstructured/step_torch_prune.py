"""torch.nn.utils.prune renames the weight, and masks it again in the next forward pass only.

loses: step_zeros, step_others
says: with the 0 hooks that it had
"""

import torch.nn.functional as F
from torch.nn.utils import prune


def masked_step(model, optimizer, masks, x, y):
    for name, mask in masks.items():
        path, _, leaf = name.rpartition(".")
        layer = model.get_submodule(path)
        if not hasattr(layer, f"{leaf}_mask"):
            prune.custom_from_mask(layer, leaf, mask)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()
