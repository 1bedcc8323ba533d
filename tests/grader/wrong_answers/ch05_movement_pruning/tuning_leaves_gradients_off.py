"""Gradients are switched off for the step, and not on again after the last batch.

loses: tuning_first_step, tuning_trains
says: gradients switched on
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {n: torch.zeros_like(p).detach() for n, p in model.named_parameters() if p.ndim == 2}
    for x, y in batches:
        torch.set_grad_enabled(True)
        model.zero_grad()
        F.cross_entropy(model(x), y).backward()
        torch.set_grad_enabled(False)
        for n, p in model.named_parameters():
            if n in scores:
                scores[n] -= score_rate * p * p.grad
            p -= learning_rate * p.grad
    return scores
