"""All functions, in plain PyTorch."""
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call


def fake_quantize(x: Tensor, scale: Tensor, zero_point: int, *, qmin: int, qmax: int) -> Tensor:
    with torch.no_grad():
        q = (x / scale).round() + zero_point
        within = (q >= qmin) & (q <= qmax)
        value = scale * (q.clamp(qmin, qmax) - zero_point)
    return value + torch.where(within, x - x.detach(), torch.zeros_like(x))


def calibrate(model: nn.Module, batches: list[Tensor], names: list[str]) -> dict[str, tuple[float, float]]:
    ranges: dict[str, tuple[float, float]] = {}

    def hook_of(name: str):
        def hook(layer, inputs, output):
            if output.numel() == 0:
                return
            low, high = ranges.get(name, (math.inf, -math.inf))
            ranges[name] = (min(low, output.min().item()), max(high, output.max().item()))

        return hook

    modes = [(module, module.training) for module in model.modules()]
    handles = [model.get_submodule(name).register_forward_hook(hook_of(name)) for name in names]
    try:
        model.eval()
        with torch.no_grad():
            for batch in batches:
                model(batch.clone())
    finally:
        for handle in handles:
            handle.remove()
        for module, mode in modes:
            module.training = mode
    return ranges


def fold_batch_norm(layer: nn.Module, norm: nn.Module) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        factor = 1 / torch.sqrt(norm.running_var + norm.eps)
        if norm.weight is not None:
            factor = factor * norm.weight
        bias = -norm.running_mean if layer.bias is None else layer.bias - norm.running_mean
        bias = bias * factor
        if norm.bias is not None:
            bias = bias + norm.bias
        shape = [-1] + [1] * (layer.weight.ndim - 1)
        return layer.weight * factor.reshape(shape), bias


def quantize_by_group(weight: Tensor, *, bits: int, group_size: int) -> tuple[Tensor, Tensor, Tensor]:
    w = weight.detach()
    out, width = w.shape
    groups = -(-width // group_size)
    parts = F.pad(w, (0, groups * group_size - width)).reshape(out, groups, group_size)
    low, high = parts.amin(dim=2).clamp(max=0), parts.amax(dim=2).clamp(min=0)
    scale = (high - low) / (2**bits - 1)
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    zero = -(low / scale).round()
    q = ((parts / scale[:, :, None]).round() + zero[:, :, None]).clamp(0, 2**bits - 1)
    return q.reshape(out, -1)[:, :width].int(), scale, zero.int()


def bits_per_weight(width: int, *, bits: int, group_size: int, scale_bits: int, zero_point_bits: int) -> float:
    return bits + math.ceil(width / group_size) * (scale_bits + zero_point_bits) / width


def qat_step(model: nn.Module, inputs: Tensor, labels: Tensor, *, bits: int, learning_rate: float) -> float:
    qmax = 2 ** (bits - 1) - 1
    parameters = dict(model.named_parameters())
    kinds = [m.weight for m in model.modules() if isinstance(m, (nn.Linear, nn.Conv2d))]
    used = {}
    for name, p in parameters.items():
        if any(p is weight for weight in kinds):
            scale = p.detach().abs().flatten(1).amax(dim=1) / qmax
            scale = torch.where(scale > 0, scale, torch.ones_like(scale)).reshape([-1] + [1] * (p.ndim - 1))
            used[name] = fake_quantize(p, scale, 0, qmin=-qmax, qmax=qmax)
    loss = F.cross_entropy(functional_call(model, used, (inputs.clone(),)), labels)
    gradients = torch.autograd.grad(loss, list(parameters.values()))
    with torch.no_grad():
        for p, gradient in zip(parameters.values(), gradients):
            p -= learning_rate * gradient
    return loss.item()
