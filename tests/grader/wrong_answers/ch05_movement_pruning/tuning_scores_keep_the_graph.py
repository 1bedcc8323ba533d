"""Returned scores hang on the graphs of all batches.

loses: tuning_fresh_gradients
says: a graph that hangs on them
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {n: torch.zeros_like(p) for n, p in model.named_parameters() if p.ndim == 2}
    for inputs, labels in batches:
        model.zero_grad()
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        for n, p in model.named_parameters():
            if n in scores:
                scores[n] = scores[n] - score_rate * p * p.grad
            p.data -= learning_rate * p.grad
    return scores
