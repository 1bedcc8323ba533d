"""Computes the gradients with torch.autograd.grad and hands them to the optimizer, instead of zero_grad and backward; prunes by
assignment."""
import torch
from torch import nn


def masked_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    masks: dict[str, torch.Tensor],
    x: torch.Tensor,
    y: torch.Tensor,
) -> float:
    loss = nn.CrossEntropyLoss()(model(x), y)
    before = loss.item()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    for parameter in model.parameters():
        parameter.grad = None
    for parameter, gradient in zip(trained, torch.autograd.grad(loss, trained, allow_unused=True)):
        parameter.grad = gradient
    optimizer.step()
    with torch.no_grad():
        for name, mask in masks.items():
            model.get_parameter(name)[mask.logical_not()] = 0
    return before
