"""Scores are float32 for a float64 model.

loses: tuning_fresh_gradients
says: scores are float64
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {n: torch.zeros(p.shape) for n, p in model.named_parameters() if p.ndim == 2}
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
