"""The model is put into eval mode, and left there: dropout and batch norm do not train.

loses: tuning_trains
says: left in training mode
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    model.eval()
    scores = {n: torch.zeros_like(p) for n, p in model.named_parameters() if p.ndim == 2}
    for inputs, labels in batches:
        model.zero_grad()
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        with torch.no_grad():
            for n, p in model.named_parameters():
                if n in scores:
                    scores[n] -= score_rate * p * p.grad
                p -= learning_rate * p.grad
    return scores
