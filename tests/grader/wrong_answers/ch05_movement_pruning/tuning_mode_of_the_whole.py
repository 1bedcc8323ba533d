"""Every layer is set to the mode of the whole model, also a batch-norm that was left in evaluation mode.

loses: tuning_trains
says: in evaluation mode
"""

# ruff: noqa: F821

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    model.train(model.training)
    scores = {name: torch.zeros_like(p) for name, p in model.named_parameters() if p.ndim == 2}
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in scores:
                    scores[name] = movement_update(scores[name], parameter, parameter.grad, score_rate=score_rate)
                parameter -= learning_rate * parameter.grad
    return scores
