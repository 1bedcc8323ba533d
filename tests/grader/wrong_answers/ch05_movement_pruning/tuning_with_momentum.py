"""The parameters are trained with momentum.

loses: tuning_trains, tuning_fresh_gradients
says: plain descent
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {name: torch.zeros_like(p) for name, p in model.named_parameters() if p.ndim == 2}
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate, momentum=0.9)
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in scores:
                    scores[name] -= score_rate * parameter * parameter.grad
        optimizer.step()
    return scores
