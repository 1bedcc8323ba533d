"""An autograd function, ranges taken on a copy, and weights that are rounded in place and put back."""

import copy

import torch
from torch import nn


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale, zero_point, qmin, qmax):
        q = torch.round(x / scale) + zero_point
        clamped = q.clamp(qmin, qmax)
        ctx.save_for_backward(q == clamped)
        return (clamped - zero_point) * scale

    @staticmethod
    def backward(ctx, above):
        (kept,) = ctx.saved_tensors
        return torch.where(kept, above, torch.zeros_like(above)), None, None, None, None


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    return Rounded.apply(x, scale, zero_point, qmin, qmax)


def calibrate(model, batches, names):
    observed = {name: [] for name in names}
    work = copy.deepcopy(model).eval()
    layers = dict(work.named_modules())
    handles = []
    for name in names:

        def note(_, __, output, seen=observed[name]):
            seen.extend(end.item() for end in output.detach().aminmax())

        handles.append(layers[name].register_forward_hook(note))
    for batch in batches:
        work(batch)
    return {name: (min(seen), max(seen)) for name, seen in observed.items()}


def fold_batch_norm(layer, norm):
    """By asking the norm: what it makes of zeros is its shift, and of ones its shift and factor."""
    dims = {"BatchNorm1d": 0, "BatchNorm2d": 2, "BatchNorm3d": 3}[type(norm).__name__]
    exact = copy.deepcopy(norm).double().eval()
    channels = norm.num_features
    with torch.no_grad():
        shift = exact(torch.zeros(1, channels, *[1] * dims, dtype=torch.float64)).flatten()
        factor = exact(torch.ones(1, channels, *[1] * dims, dtype=torch.float64)).flatten() - shift
        weight = layer.weight.double() * factor.reshape(-1, *[1] * (layer.weight.dim() - 1))
        if layer.bias is not None:
            shift = shift + layer.bias.double() * factor
    return weight.to(layer.weight.dtype), shift.to(layer.weight.dtype)


def quantize_by_group(weight, *, bits, group_size):
    highest = 2**bits - 1
    columns = []
    for group in weight.detach().split(group_size, dim=1):
        low = torch.minimum(group.min(1).values, torch.zeros(1, dtype=group.dtype))
        high = torch.maximum(group.max(1).values, torch.zeros(1, dtype=group.dtype))
        scale = (high - low) / highest
        scale[scale == 0] = 1
        zero_point = torch.round(-low / scale)
        q = torch.clamp(torch.round(group / scale[:, None]) + zero_point[:, None], 0, highest)
        columns.append((q.int(), scale, zero_point.int()))
    q, scale, zero_point = zip(*columns, strict=True)
    return torch.cat(q, dim=1), torch.stack(scale, dim=1), torch.stack(zero_point, dim=1)


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    total = 0
    for start in range(0, width, group_size):
        total += min(group_size, width - start) * bits + scale_bits + zero_point_bits
    return total / width


def qat_step(model, inputs, labels, *, bits, learning_rate):
    """Nothing is clamped, so the gradient passes: take it at the rounded weights, and put the masters back."""
    highest = 2 ** (bits - 1) - 1
    masters = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            rest = tuple(range(1, layer.weight.dim()))
            scale = layer.weight.detach().abs().amax(rest, keepdim=True) / highest
            scale = scale.masked_fill(scale == 0, 1.0)
            layer.weight.data = fake_quantize(layer.weight.data, scale, 0, qmin=-highest, qmax=highest)
    for parameter in model.parameters():
        parameter.grad = None
    loss = nn.CrossEntropyLoss()(model(inputs), labels)
    loss.backward()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(masters[name] - learning_rate * parameter.grad)
    return float(loss)
