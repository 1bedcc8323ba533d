"""Whatever has two or more dimensions gets scores: kernels of convolutions too.

loses: tuning_first_step
says: and for no other
"""

# ruff: noqa: F821

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {name: torch.zeros_like(p) for name, p in model.named_parameters() if p.ndim >= 2}
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in scores:
                    scores[name] = movement_update(scores[name], parameter, parameter.grad, score_rate=score_rate)
                parameter -= learning_rate * parameter.grad
    return scores
