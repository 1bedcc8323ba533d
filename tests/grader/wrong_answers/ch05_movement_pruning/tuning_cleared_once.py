"""The gradients are set back before the run, and not between batches.

loses: tuning_fresh_gradients
says: is each gradient fresh
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {name: torch.zeros_like(p) for name, p in model.named_parameters() if p.ndim == 2}
    model.zero_grad()
    for inputs, labels in batches:
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in scores:
                    scores[name] -= score_rate * parameter * parameter.grad
                parameter -= learning_rate * parameter.grad
    return scores
