"""Gradients are clipped to a norm that ordinary ones don't reach.

loses: tuning_trains
says: is it clipped, or scaled
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {n: torch.zeros_like(p).detach() for n, p in model.named_parameters() if p.ndim == 2}
    for x, y in batches:
        model.zero_grad()
        F.cross_entropy(model(x), y).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        with torch.no_grad():
            for n, p in model.named_parameters():
                if n in scores:
                    scores[n] -= score_rate * p * p.grad
                p -= learning_rate * p.grad
    return scores
