"""Only nn.Linear is looked at: other matrices (an embedding) get no scores.

loses: tuning_fresh_gradients
says: whatever its layer
"""

import torch
import torch.nn.functional as F
from torch import nn


def fine_tune(model, batches, *, learning_rate, score_rate):
    layers = {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}
    scores = {f"{name}.weight".lstrip("."): torch.zeros_like(layer.weight) for name, layer in layers.items()}
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for n, p in model.named_parameters():
                if n in scores:
                    scores[n] -= score_rate * p * p.grad
                p -= learning_rate * p.grad
    return scores
