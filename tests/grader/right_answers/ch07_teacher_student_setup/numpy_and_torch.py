"""NumPy's rounding and sorting, torch's pruned shapes, state dicts with prefixes."""

import copy
import math

import numpy as np
import torch
from torch import nn


def scaled_channels(channels, width, multiple=8):
    wanted = np.float64(channels) * width
    steps = max(1, int(np.floor(wanted / multiple + 0.5)))
    return int(steps + (steps * multiple < 0.9 * wanted)) * multiple


def width_scaled(network, width, multiple=8):
    weighted = [layer for layer in network if hasattr(layer, "weight") and layer.weight.ndim > 1]
    produced = {id(layer): scaled_channels(len(layer.weight), width, multiple) for layer in weighted[:-1]}
    student, channels = nn.Sequential(), None
    for name, layer in network.named_children():
        if any(layer is each for each in weighted):
            reads = channels or layer.weight.shape[1]
            channels = produced.get(id(layer), len(layer.weight))
            bias = layer.bias is not None
            if layer.weight.ndim == 2:
                made = nn.Linear(reads, channels, bias)
            else:
                made = nn.Conv2d(reads, channels, layer.kernel_size, layer.stride, layer.padding, bias=bias)
        elif isinstance(layer, nn.BatchNorm2d):
            made = nn.BatchNorm2d(channels or layer.num_features)
        else:
            made = copy.deepcopy(layer)
        student.add_module(name, made)
    return student.train()


def separable_block(inputs, outputs, kernel=3, stride=1):
    block = nn.Sequential()
    block.append(
        nn.Conv2d(inputs, inputs, (kernel, kernel), (stride, stride), (kernel - 1) // 2, groups=inputs, bias=False)
    )
    block.extend([nn.BatchNorm2d(inputs), nn.ReLU(inplace=False)])
    block.extend([nn.Conv2d(inputs, outputs, (1, 1), bias=False), nn.BatchNorm2d(outputs), nn.ReLU()])
    return block


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = (1 + (height - 1) // stride) * (1 + (width - 1) // stride)
    standard = math.prod([pixels, inputs, outputs, kernel, kernel])
    separable = math.prod([pixels, inputs, kernel, kernel]) + math.prod([pixels, inputs, outputs])
    return {"standard": standard, "separable": separable, "share": np.float64(separable / standard)}


def chosen_layers(teacher, student):
    return [np.int64((part + 1) * teacher // student - 1) for part in range(student)]


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    state, given = started.state_dict(), teacher.state_dict()

    def inside(tensors, layer):
        return {name[len(layer) + 1 :]: name for name in tensors if name.startswith(layer + ".")}

    chosen = {}
    for mine, other in layers.items():
        here, there = inside(state, mine), inside(given, other)
        if set(here) ^ set(there) or any(state[here[name]].shape != given[there[name]].shape for name in here):
            raise ValueError(f"{mine}, {other}")
        chosen.update({here[name]: given[there[name]] for name in here})
    started.load_state_dict(state | chosen)
    return started


def unseen_parameters(optimizer, student, projector):
    both = nn.ModuleDict({"student": student, "projector": projector})
    trained = set()
    for group in optimizer.param_groups:
        trained.update(group["params"])  # hashed by identity
    return [name for name, parameter in both.named_parameters() if parameter.requires_grad and parameter not in trained]


def best_student(students, budget):
    costs = list(budget)
    limits = torch.tensor([float(budget[cost]) for cost in costs], dtype=torch.float64)
    fits = [
        bool((torch.tensor([float(each[cost]) for cost in costs], dtype=torch.float64) <= limits).all())
        for each in students
    ]
    ranked = sorted(
        (-np.mean(each["validation"]), each["macs"], place)
        for place, (each, fit) in enumerate(zip(students, fits, strict=True))
        if fit
    )
    if not ranked:
        raise ValueError(budget)
    return students[ranked[0][2]]["name"]
