"""Hooks gather the scores, and stay on the parameters.

loses: tuning_first_step
says: hooks that it had
"""

import torch
import torch.nn.functional as F


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {n: torch.zeros_like(p).detach() for n, p in model.named_parameters() if p.ndim == 2}
    for n, p in model.named_parameters():
        if n in scores:

            def hook(g, n=n, p=p):
                scores[n] -= score_rate * p.detach() * g

            p.register_hook(hook)
    for x, y in batches:
        model.zero_grad()
        F.cross_entropy(model(x), y).backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= learning_rate * p.grad
    return scores
