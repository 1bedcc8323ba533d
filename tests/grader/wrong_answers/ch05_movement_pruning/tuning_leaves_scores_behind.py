"""The scores are kept in the model, as buffers.

loses: tuning_trains
says: it gets no others
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    matrices = {name: p for name, p in model.named_parameters() if p.ndim == 2}
    for name, weight in matrices.items():
        model.register_buffer(f"scores_{name.replace('.', '_')}", torch.zeros_like(weight))
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, weight in matrices.items():
                model.get_buffer(f"scores_{name.replace('.', '_')}").sub_(score_rate * weight * weight.grad)
            for parameter in model.parameters():
                parameter -= learning_rate * parameter.grad
    return {name: model.get_buffer(f"scores_{name.replace('.', '_')}") for name in matrices}
