"""All eight functions, as short as they go: integer arithmetic, comprehensions, min with a key, itertools."""
import copy
from itertools import chain

import torch
from torch import nn


def scaled_channels(channels: int, width: float, multiple: int = 8) -> int:
    top, bottom = (channels * width).as_integer_ratio()
    times = max((2 * top + multiple * bottom) // (2 * multiple * bottom), 1)
    return multiple * (times + (10 * times * multiple * bottom < 9 * top))


def width_scaled(network: nn.Sequential, width: float, multiple: int = 8) -> nn.Sequential:
    last = [i for i, layer in enumerate(network) if isinstance(layer, (nn.Conv2d, nn.Linear))][-1]
    made, channels = [], None
    for i, old in enumerate(network):
        new = copy.deepcopy(old)
        if isinstance(old, (nn.Conv2d, nn.Linear)):
            reads, writes = ("in_channels", "out_channels") if isinstance(old, nn.Conv2d) else ("in_features", "out_features")
            channels = channels or getattr(old, reads)
            out = getattr(old, writes) if i == last else scaled_channels(getattr(old, writes), width, multiple)
            if isinstance(old, nn.Conv2d):
                new = nn.Conv2d(
                    channels, out, old.kernel_size, old.stride, old.padding, old.dilation, 1, old.bias is not None, old.padding_mode
                )
            else:
                new = nn.Linear(channels, out, old.bias is not None)
            channels = out
        elif isinstance(old, nn.BatchNorm2d):
            channels = channels or old.num_features
            new = nn.BatchNorm2d(channels, old.eps, old.momentum, old.affine, old.track_running_stats)
        made.append(new)
    return nn.Sequential(*made).train(True)


def separable_block(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    deep = nn.Conv2d(inputs, inputs, kernel, stride, kernel // 2, groups=inputs, bias=False)
    wide = nn.Conv2d(inputs, outputs, 1, bias=False)
    return nn.Sequential(deep, nn.BatchNorm2d(inputs), nn.ReLU(), wide, nn.BatchNorm2d(outputs), nn.ReLU())


def block_macs(
    inputs: int, outputs: int, kernel: int, stride: int, height: int, width: int
) -> dict[str, int | float]:
    out = ((height - 1) // stride + 1) * ((width - 1) // stride + 1)
    standard, separable = out * inputs * outputs * kernel**2, out * inputs * kernel**2 + out * inputs * outputs
    return dict(standard=standard, separable=separable, share=separable / standard)


def chosen_layers(teacher: int, student: int) -> list[int]:
    return [m * teacher // student - 1 for m in range(1, student + 1)]


def initialised(student: nn.Module, teacher: nn.Module, layers: dict[str, str]) -> nn.Module:
    new = copy.deepcopy(student)
    for mine, theirs in layers.items():
        target, source = (
            dict(chain(part.named_parameters(remove_duplicate=False), part.named_buffers(remove_duplicate=False)))
            for part in (new.get_submodule(mine), teacher.get_submodule(theirs))
        )
        if sorted((n, *t.shape) for n, t in target.items()) != sorted((n, *t.shape) for n, t in source.items()):
            raise ValueError((mine, theirs))
        with torch.no_grad():
            for name, tensor in target.items():
                tensor.copy_(source[name])
    return new


def unseen_parameters(optimizer: torch.optim.Optimizer, student: nn.Module, projector: nn.Module) -> list[str]:
    held = set(map(id, chain.from_iterable(group["params"] for group in optimizer.param_groups)))
    named = chain(
        ((f"student.{name}", p) for name, p in student.named_parameters()),
        ((f"projector.{name}", p) for name, p in projector.named_parameters()),
    )
    return [name for name, p in named if p.requires_grad and id(p) not in held]


def best_student(
    students: list[dict[str, str | int | float | list[float]]],
    budget: dict[str, float],
) -> str:
    fit = [s for s in students if not any(s[cost] > budget[cost] for cost in budget)]
    if not fit:
        raise ValueError("too small a budget")
    return min(fit, key=lambda s: (-sum(s["validation"]) / len(s["validation"]), s["macs"]))["name"]
