"""The hard mask scatters ones to the places that topk gives; the soft one has a Function with m (1 - m) / temperature in its backward."""

import torch
from torch import Tensor


class Soft(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, t, temperature):
        z = (scores.double() - t) / temperature
        ctx.slope = torch.sigmoid(z) * torch.sigmoid(-z) / temperature
        return torch.exp(torch.nn.functional.logsigmoid(z)).to(scores.dtype)

    @staticmethod
    def backward(ctx, upstream):
        return (upstream * ctx.slope).to(upstream.dtype), None, None


def annealed_mask(scores: Tensor, *, keep: int, temperature: float) -> Tensor:
    values, places = torch.topk(scores.detach().reshape(-1), keep + 1, sorted=True)
    if temperature > 0:
        t = sum(v / 2 for v in values[-2:].tolist())
        return Soft.apply(scores, t, temperature)
    hard = torch.zeros(scores.numel(), dtype=scores.dtype, device=scores.device)
    return hard.scatter_(0, places[:keep], 1.0).reshape(scores.shape)
