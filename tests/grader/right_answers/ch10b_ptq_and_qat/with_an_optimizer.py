"""NumPy for numbers, a parametrization for the rounded weights, and torch's optimizer for the step."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_weights


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    scale = scale.detach()
    q = torch.round(x.detach() / scale) + zero_point
    inside = torch.logical_and(q >= qmin, q <= qmax)
    through = torch.where(inside, x, x.detach())
    return (q.clamp(qmin, qmax) - zero_point) * scale + (through - through.detach())


class Watch:
    def __init__(self):
        self.ends = []

    def __call__(self, layer, inputs, output):
        values = output.detach().numpy()
        self.ends.append((float(values.min()), float(values.max())))


def calibrate(model, batches, names):
    watches = {name: Watch() for name in names}
    handles = [model.get_submodule(name).register_forward_hook(watch) for name, watch in watches.items()]
    training = {name: module.training for name, module in model.named_modules()}
    try:
        model.eval()
        with torch.no_grad():
            for batch in batches:
                model(batch)
    finally:
        for handle in handles:
            handle.remove()
        for name, mode in training.items():
            model.get_submodule(name).training = mode
    lows_and_highs = {name: np.array(watch.ends) for name, watch in watches.items()}
    return {name: (float(ends[:, 0].min()), float(ends[:, 1].max())) for name, ends in lows_and_highs.items()}


def fold_batch_norm(layer, norm):
    weight, bias = fuse_conv_bn_weights(
        layer.weight.double(),
        None if layer.bias is None else layer.bias.double(),
        norm.running_mean.double(),
        norm.running_var.double(),
        norm.eps,
        None if norm.weight is None else norm.weight.double(),
        None if norm.bias is None else norm.bias.double(),
    )
    return weight.detach().to(layer.weight.dtype), bias.detach().to(layer.weight.dtype)


def quantize_by_group(weight, *, bits, group_size):
    w = weight.detach().numpy().astype(np.float64)
    starts = np.arange(0, w.shape[1], group_size)
    low = np.minimum(np.minimum.reduceat(w, starts, axis=1), 0)
    high = np.maximum(np.maximum.reduceat(w, starts, axis=1), 0)
    scale = np.where(high > low, (high - low) / (2**bits - 1), 1.0)
    zero_point = np.rint(-low / scale)
    place = np.arange(w.shape[1]) // group_size
    q = np.clip(np.rint(w / scale[:, place]) + zero_point[:, place], 0, 2**bits - 1)
    return (
        torch.from_numpy(q.astype(np.int32)),
        torch.from_numpy(scale).to(weight.dtype),
        torch.from_numpy(zero_point.astype(np.int32)),
    )


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    return np.float64(width * bits + np.ceil(width / group_size) * (scale_bits + zero_point_bits)) / width


class Through(nn.Module):
    def __init__(self, bits):
        super().__init__()
        self.highest = 2 ** (bits - 1) - 1

    def forward(self, weight):
        largest = torch.linalg.vector_norm(weight.detach().flatten(1), ord=float("inf"), dim=1)
        scale = torch.where(largest > 0, largest / self.highest, torch.ones_like(largest))
        scale = scale.reshape(-1, *[1] * (weight.dim() - 1))
        return fake_quantize(weight, scale, 0, qmin=-self.highest, qmax=self.highest)


def qat_step(model, inputs, labels, *, bits, learning_rate):
    through = Through(bits)
    own = {name: layer for name, layer in model.named_modules() if isinstance(layer, (nn.Linear, nn.Conv2d))}
    weights = {f"{name}.weight".removeprefix("."): through(layer.weight) for name, layer in own.items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(torch.func.functional_call(model, weights, (inputs,)), labels)
    loss.backward()
    optimizer.step()
    return loss.detach().item()
