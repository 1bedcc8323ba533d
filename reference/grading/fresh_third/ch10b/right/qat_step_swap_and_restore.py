"""No functional_call: rounded numbers are copied into the weights, gradients are taken there, and the master weights come back before the step."""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def qat_step(model: nn.Module, inputs: Tensor, labels: Tensor, *, bits: int, learning_rate: float) -> float:
    qmax = 2 ** (bits - 1) - 1
    masters: dict[nn.Parameter, Tensor] = {}
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, (nn.Linear, nn.Conv2d)) and layer.weight not in masters:
                weight = layer.weight
                masters[weight] = weight.clone()
                rows = weight.reshape(len(weight), -1)
                scale = rows.abs().max(dim=1, keepdim=True).values / qmax
                scale = torch.where(scale > 0, scale, torch.ones_like(scale))
                weight.copy_(((rows / scale).round().clamp(-qmax, qmax) * scale).reshape(weight.shape))
    parameters = list(model.parameters())
    loss = F.cross_entropy(model(inputs.clone()), labels)
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for weight, master in masters.items():
            weight.copy_(master)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.add_(gradient, alpha=-learning_rate)
    return loss.item()
