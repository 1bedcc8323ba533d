"""A weight that two layers share is listed under both of its names, and takes two steps.

loses: tuning_trains
says: two layers share
"""

# ruff: noqa: F821

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    parameters = list(model.named_parameters(remove_duplicate=False))
    scores = {name: torch.zeros_like(p) for name, p in parameters if p.ndim == 2}
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, parameter in parameters:
                if name in scores:
                    scores[name] = movement_update(scores[name], parameter, parameter.grad, score_rate=score_rate)
                parameter -= learning_rate * parameter.grad
    return scores
