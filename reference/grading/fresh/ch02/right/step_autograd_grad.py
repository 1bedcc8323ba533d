"""Right: the gradients come from torch.autograd.grad and are hung on the parameters by hand; cross-entropy is written
out; the pruned weights are set through an index."""
import torch
from torch import nn


def masked_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    masks: dict[str, torch.Tensor],
    x: torch.Tensor,
    y: torch.Tensor,
) -> float:
    optimizer.zero_grad(set_to_none=True)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    scores = torch.log_softmax(model(x), dim=1)
    loss = scores.gather(1, y.view(-1, 1)).mean().neg()
    for parameter, gradient in zip(trained, torch.autograd.grad(loss, trained, allow_unused=True), strict=True):
        parameter.grad = None if gradient is None else gradient.clone()
    optimizer.step()
    for name, parameter in model.named_parameters(remove_duplicate=False):
        if name in masks:
            parameter.detach()[masks[name].logical_not()] = 0
    return loss.detach().item()
