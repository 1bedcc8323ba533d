"""A torch.autograd.Function rounds and passes the gradient on; functional_call; gradients by torch.autograd.grad."""

import torch
from torch import Tensor, nn
from torch.func import functional_call


class RoundRows(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weight, mask, levels):
        kept = weight.masked_fill(mask.logical_not(), 0)
        most = torch.linalg.vector_norm(
            kept, ord=float("inf"), dim=tuple(range(1, kept.ndim)), keepdim=True
        )
        step = most / levels
        grid = torch.round(kept / step).mul(step)
        return torch.where(step.expand_as(kept) == 0, torch.zeros_like(kept), grid)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None, None


def masked_qat_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    masks: dict[str, Tensor],
    x: Tensor,
    labels: Tensor,
    *,
    bits: int,
) -> float:
    named = dict(model.named_parameters())
    levels = 2 ** (bits - 1) - 1
    swapped = {n: RoundRows.apply(named[n], mask, levels) for n, mask in masks.items()}
    logits = functional_call(model, swapped, (x,))
    loss = -logits.log_softmax(1).gather(1, labels[:, None]).mean()
    learning = [p for p in named.values() if p.requires_grad]
    found = torch.autograd.grad(loss, learning, allow_unused=True)
    for p, gradient in zip(learning, found, strict=True):
        p.grad = gradient
    optimizer.step()
    for name, mask in masks.items():
        named[name].data.masked_fill_(mask.logical_not(), 0)
    return float(loss.detach())
