"""`torch.autograd.grad` gives the gradients, and nothing is left in the parameters."""

import torch
from torch import nn


def fine_tune(model, batches, *, learning_rate, score_rate):
    named = dict(model.named_parameters())
    totals = {n: torch.zeros_like(p.data) for n, p in named.items() if p.dim() == 2}
    for inputs, labels in batches:
        grads = torch.autograd.grad(nn.CrossEntropyLoss()(model(inputs), labels), list(named.values()))
        for (n, p), g in zip(named.items(), grads, strict=True):
            if n in totals:
                totals[n] = totals[n] - score_rate * p.data * g
            p.data = p.data - learning_rate * g
    return totals
