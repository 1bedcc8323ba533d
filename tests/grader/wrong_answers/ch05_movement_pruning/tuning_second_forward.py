"""A second forward pass for the accuracy: batch norm counts every batch twice.

loses: tuning_trains
says: through the model once
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {n: torch.zeros_like(p) for n, p in model.named_parameters() if p.ndim == 2}
    right = 0
    for inputs, labels in batches:
        model.zero_grad()
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        with torch.no_grad():
            for n, p in model.named_parameters():
                if n in scores:
                    scores[n] -= score_rate * p * p.grad
                p -= learning_rate * p.grad
        right += (model(inputs).argmax(1) == labels).sum().item()
    return scores
