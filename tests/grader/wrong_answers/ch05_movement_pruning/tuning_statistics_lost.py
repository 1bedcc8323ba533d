"""The network runs in evaluation mode, layer by layer, and each layer gets its mode back: batch-norm counts nothing.

loses: tuning_trains
says: every layer in its own mode
"""

# ruff: noqa: F821

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    scores = {name: torch.zeros_like(p) for name, p in model.named_parameters() if p.ndim == 2}
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in scores:
                    scores[name] = movement_update(scores[name], parameter, parameter.grad, score_rate=score_rate)
                parameter -= learning_rate * parameter.grad
    for module, mode in modes.items():
        module.training = mode
    return scores
