"""Only the gradient is masked: momentum and weight decay still move pruned weights.

loses: step_zeros
says: what has the last word
"""

import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    for name, parameter in model.named_parameters():
        if name in masks:
            parameter.grad.mul_(masks[name])
    optimizer.step()
    return loss.item()
