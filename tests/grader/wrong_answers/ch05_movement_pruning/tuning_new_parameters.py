"""Every step replaces the parameters by new ones: whoever held the old ones (an optimizer) holds dead ones.

loses: tuning_trains
says: stay the same objects
"""

import torch
import torch.nn.functional as F
from torch import nn


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {n: torch.zeros_like(p) for n, p in model.named_parameters() if p.ndim == 2}
    for inputs, labels in batches:
        model.zero_grad()
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        with torch.no_grad():
            for n, p in model.named_parameters():
                if n in scores:
                    scores[n] -= score_rate * p * p.grad
                path, _, leaf = n.rpartition(".")
                setattr(model.get_submodule(path), leaf, nn.Parameter(p - learning_rate * p.grad))
    return scores
