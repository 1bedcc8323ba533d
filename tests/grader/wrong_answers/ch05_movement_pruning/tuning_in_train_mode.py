"""The model is put into training mode, whatever mode it came in.

loses: tuning_trains
says: left in evaluation mode
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {name: torch.zeros_like(p) for name, p in model.named_parameters() if p.ndim == 2}
    model.train()
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in scores:
                    scores[name] -= score_rate * parameter * parameter.grad
                parameter -= learning_rate * parameter.grad
    return scores
