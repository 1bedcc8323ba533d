"""Plain loops where they will do, and no hook: the layers' calls are watched by swapping their `forward`."""

import contextlib
import math

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    with torch.no_grad():
        steps = torch.round(x / scale)
        low, high = qmin - zero_point, qmax - zero_point
        result = torch.minimum(torch.maximum(steps, torch.full_like(steps, low)), torch.full_like(steps, high)) * scale
        passes = ((steps >= low) & (steps <= high)).to(x.dtype)
    return result + passes * (x - x.detach())


@contextlib.contextmanager
def in_evaluation(model):
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in before:
            module.training = mode


def calibrate(model, batches, names):
    ranges = {}
    for name in names:
        layer = model.get_submodule(name)
        ends = [math.inf, -math.inf]

        def watched(*args, layer=layer, ends=ends):
            output = type(layer).forward(layer, *args)
            ends[:] = min(ends[0], float(output.min())), max(ends[1], float(output.max()))
            return output

        layer.forward = watched
        with in_evaluation(model), torch.inference_mode():
            for batch in batches:
                model(batch)
        del layer.forward
        ranges[name] = tuple(ends)
    return ranges


def fold_batch_norm(layer, norm):
    weight = layer.weight.detach().clone()
    bias = torch.zeros(len(weight), dtype=weight.dtype)
    for channel in range(len(weight)):
        factor = 1 / math.sqrt(float(norm.running_var[channel]) + norm.eps)
        shift = 0.0
        if norm.affine:
            factor *= float(norm.weight[channel])
            shift = float(norm.bias[channel])
        own = 0.0 if layer.bias is None else float(layer.bias[channel])
        weight[channel] *= factor
        bias[channel] = shift + (own - float(norm.running_mean[channel])) * factor
    return weight, bias


def quantize_by_group(weight, *, bits, group_size):
    most = 2**bits - 1
    rows, scales, zeros = [], [], []
    for row in weight.tolist():
        rows.append([])
        scales.append([])
        zeros.append([])
        for start in range(0, len(row), group_size):
            group = row[start : start + group_size]
            low, high = min(0.0, *group), max(0.0, *group)
            scale = (high - low) / most if high > low else 1.0
            zero = round(-low / scale)
            rows[-1] += [min(max(round(w / scale) + zero, 0), most) for w in group]
            scales[-1].append(scale)
            zeros[-1].append(zero)
    return (
        torch.tensor(rows, dtype=torch.int32),
        torch.tensor(scales, dtype=weight.dtype),
        torch.tensor(zeros, dtype=torch.int32),
    )


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups, rest = divmod(width, group_size)
    return bits + (groups + (rest > 0)) * (scale_bits + zero_point_bits) / width


def qat_step(model, inputs, labels, *, bits, learning_rate):
    qmax = 2 ** (bits - 1) - 1
    swapped = {}
    for path, layer in model.named_modules():
        if isinstance(layer, (torch.nn.Linear, torch.nn.Conv2d)):
            master = layer.weight
            tops = [max(abs(value) for value in channel.flatten().tolist()) or qmax for channel in master.detach()]
            scale = torch.tensor(tops, dtype=master.dtype) / qmax
            scale = scale.reshape(-1, *[1] * (master.ndim - 1))
            swapped[".".join([path, "weight"]).lstrip(".")] = fake_quantize(master, scale, 0, qmin=-qmax, qmax=qmax)
    logits = torch.func.functional_call(model, swapped, inputs)
    loss = -logits.log_softmax(dim=1).gather(1, labels[:, None]).mean()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
