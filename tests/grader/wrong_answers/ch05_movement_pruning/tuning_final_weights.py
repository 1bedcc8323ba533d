"""The summed gradients meet the last weights.

loses: tuning_first_step, tuning_fresh_gradients
says: as it was before the step
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    sums = {name: torch.zeros_like(p) for name, p in model.named_parameters() if p.ndim == 2}
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in sums:
                    sums[name] += parameter.grad
                parameter -= learning_rate * parameter.grad
    return {name: -score_rate * model.get_parameter(name).detach() * total for name, total in sums.items()}
