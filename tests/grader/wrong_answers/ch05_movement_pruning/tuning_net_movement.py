"""The change of the size of each weight over the run stands for the score.

loses: tuning_first_step
says: times its own gradient
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    start = {name: p.detach().abs() for name, p in model.named_parameters() if p.ndim == 2}
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= learning_rate * parameter.grad
    return {
        name: score_rate / learning_rate * (model.get_parameter(name).detach().abs() - s) for name, s in start.items()
    }
