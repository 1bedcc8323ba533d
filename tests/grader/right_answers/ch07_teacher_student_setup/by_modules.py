"""Modules answer for themselves: meta tensors for MACs, load_state_dict, exact fractions."""

import copy
import math
from fractions import Fraction

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    candidates = [multiple * k for k in range(max(1, int(wanted // multiple) - 1), int(wanted // multiple) + 3)]
    nearest = min(candidates, key=lambda count: (abs(count - wanted), -count))
    return next(count for count in candidates if count >= nearest and count >= 0.9 * wanted)


def width_scaled(network, width, multiple=8):
    def of(layer, reads, makes):
        student = copy.deepcopy(layer)
        shape = [makes, reads, *layer.weight.shape[2:]]
        student.weight = nn.Parameter(torch.empty(shape))
        if layer.bias is not None:
            student.bias = nn.Parameter(torch.empty(makes))
        names = ("in_features", "out_features") if isinstance(layer, nn.Linear) else ("in_channels", "out_channels")
        for name, size in zip(names, (reads, makes), strict=True):
            setattr(student, name, size)
        student.reset_parameters()
        return student

    layers, last = list(network), len(network) - 1
    while not isinstance(layers[last], nn.Conv2d | nn.Linear):
        last -= 1
    channels, made = 0, []
    for k, layer in enumerate(layers):
        if isinstance(layer, nn.Conv2d | nn.Linear):
            makes = len(layer.weight)
            makes = makes if k == last else scaled_channels(makes, width, multiple)
            made.append(of(layer, channels or layer.weight.shape[1], makes))
            channels = makes
        elif isinstance(layer, nn.BatchNorm2d):
            made.append(type(layer)(channels or layer.num_features))
        else:
            made.append(copy.deepcopy(layer))
    return nn.Sequential(*made).requires_grad_(True).train()


def separable_block(inputs, outputs, kernel=3, stride=1):
    depthwise = nn.Conv2d(inputs, inputs, kernel, stride, (kernel // 2, kernel // 2), 1, inputs, False)
    pointwise = nn.Conv2d(inputs, outputs, 1, 1, 0, 1, 1, False)
    return nn.Sequential(
        depthwise, nn.BatchNorm2d(inputs), nn.ReLU(), pointwise, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


def block_macs(inputs, outputs, kernel, stride, height, width):
    def counted(*layers):
        total, image = 0, torch.empty(1, inputs, height, width, device="meta")
        for read, made, side, step, groups in layers:
            weight = torch.empty(made, read // groups, side, side, device="meta")
            with FlopCounterMode(display=False) as counter:
                image = torch.nn.functional.conv2d(image, weight, stride=step, padding=side // 2, groups=groups)
            total += counter.get_total_flops() // 2
        return total

    standard = counted((inputs, outputs, kernel, stride, 1))
    separable = counted((inputs, inputs, kernel, stride, inputs), (inputs, outputs, 1, 1, 1))
    return {"standard": standard, "separable": separable, "share": separable / standard}


def chosen_layers(teacher, student):
    ends = (Fraction(part * teacher, student) for part in range(1, student + 1))
    return [math.floor(end) - 1 for end in ends]


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target, source = started.get_submodule(mine), teacher.get_submodule(other)
        wanted = {name: tuple(tensor.shape) for name, tensor in target.state_dict().items()}
        if wanted != {name: tuple(tensor.shape) for name, tensor in source.state_dict().items()}:
            raise ValueError
        target.load_state_dict(source.state_dict(), strict=True)
    return started


def unseen_parameters(optimizer, student, projector):
    held = [id(parameter) for group in optimizer.param_groups for parameter in group["params"]]
    names = {}
    for module, prefix in ((student, "student"), (projector, "projector")):
        names |= {f"{prefix}.{name}": p for name, p in module.named_parameters(prefix="") if p.requires_grad}
    return [name for name in names if held.count(id(names[name])) == 0]


def best_student(students, budget):
    def key(place):
        student = students[place]
        return math.fsum(student["validation"]) / len(student["validation"]), -student["macs"], -place

    places = [k for k, each in enumerate(students) if not {c for c, most in budget.items() if each[c] > most}]
    try:
        return students[max(places, key=key)]["name"]
    except ValueError:
        raise ValueError("the budget is too small") from None
