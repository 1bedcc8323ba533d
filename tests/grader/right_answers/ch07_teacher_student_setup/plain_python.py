"""Loops and whole numbers, layer by layer and tensor by tensor."""

import copy
from fractions import Fraction

import torch
from torch import nn


def scaled_channels(channels, width, multiple=8):
    wanted = Fraction(channels) * Fraction(width)
    below = int(wanted / multiple) * multiple
    nearest = below if wanted - below < below + multiple - wanted else below + multiple
    if nearest == 0:
        nearest = multiple
    if wanted - nearest > wanted / 10:
        nearest += multiple
    return nearest


def width_scaled(network, width, multiple=8):
    student = copy.deepcopy(network)
    last = max(k for k, layer in enumerate(student) if type(layer) in (nn.Conv2d, nn.Linear))
    changed, now = False, 0
    for k, layer in enumerate(student):
        if isinstance(layer, nn.Conv2d):
            inputs = now if changed else layer.in_channels
            now = layer.out_channels if k == last else scaled_channels(layer.out_channels, width, multiple)
            student[k] = nn.Conv2d(
                inputs, now, layer.kernel_size, stride=layer.stride, padding=layer.padding, bias=layer.bias is not None
            )
            changed = True
        elif isinstance(layer, nn.Linear):
            inputs = now if changed else layer.in_features
            now = layer.out_features if k == last else scaled_channels(layer.out_features, width, multiple)
            student[k] = nn.Linear(inputs, now, bias=layer.bias is not None)
            changed = True
        elif isinstance(layer, nn.BatchNorm2d) and changed:
            student[k] = nn.BatchNorm2d(now)
    for module in student.modules():
        module.training = True
    for parameter in student.parameters():
        parameter.requires_grad = True
    return student


def separable_block(inputs, outputs, kernel=3, stride=1):
    layers = []
    for read, made, side, step, groups in (
        (inputs, inputs, kernel, stride, inputs),
        (inputs, outputs, 1, 1, 1),
    ):
        layers.append(nn.Conv2d(read, made, side, step, side // 2, groups=groups, bias=False))
        layers.append(nn.BatchNorm2d(made))
        layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def block_macs(inputs, outputs, kernel, stride, height, width):
    rows = (height + stride - 1) // stride
    columns = (width + stride - 1) // stride
    standard = 0 if 0 in (rows, columns) else rows * columns * outputs * inputs * kernel * kernel
    depthwise = rows * columns * inputs * kernel * kernel
    across = rows * columns * inputs * outputs
    return {
        "share": 1 / outputs + 1 / kernel / kernel,
        "separable": depthwise + across,
        "standard": standard,
    }


def chosen_layers(teacher, student):
    found, part = [], 1
    while part <= student:
        found.append(divmod(part * teacher, student)[0] - 1)
        part += 1
    return found


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = dict(started.named_modules())[mine]
        source = dict(teacher.named_modules())[other]
        tensors = [dict(each.named_parameters()) | dict(each.named_buffers()) for each in (target, source)]
        if list(map(str, sorted(tensors[0]))) != sorted(tensors[1]):
            raise ValueError("names differ")
        for name in tensors[0]:
            if tensors[0][name].shape != tensors[1][name].shape:
                raise ValueError(f"{name} has another shape")
        with torch.no_grad():
            for name, tensor in tensors[0].items():
                tensor.copy_(tensors[1][name])
    return started


def unseen_parameters(optimizer, student, projector):
    unseen = []
    for prefix, module in (("student.", student), ("projector.", projector)):
        for name, parameter in module.named_parameters():
            if not parameter.requires_grad:
                continue
            for group in optimizer.param_groups:
                if any(parameter is held for held in group["params"]):
                    break
            else:
                unseen.append(prefix + name)
    return unseen


def best_student(students, budget):
    best = None
    for student in students:
        if any(student[cost] > budget[cost] for cost in budget):
            continue
        mean = sum(student["validation"]) / len(student["validation"])
        if best is None or mean > best[0] or (mean == best[0] and student["macs"] < best[1]):
            best = mean, student["macs"], student["name"]
    if best is None:
        raise ValueError("nothing fits")
    return best[2]
