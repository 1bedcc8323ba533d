"""Plain loops: a dict of the optimizer's objects by id; a running best student by a comparison written out."""
from statistics import fmean

import torch
from torch import nn


def unseen_parameters(optimizer: torch.optim.Optimizer, student: nn.Module, projector: nn.Module) -> list[str]:
    held = {}
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            held[id(parameter)] = parameter
    names = []
    for where, module in {"student": student, "projector": projector}.items():
        for name, parameter in module.named_parameters():
            if not parameter.requires_grad:
                continue
            if held.get(id(parameter)) is not parameter:
                names.append(where + "." + name)
    return names


def best_student(
    students: list[dict[str, str | int | float | list[float]]],
    budget: dict[str, float],
) -> str:
    winner, accuracy = None, -1.0
    for candidate in students:
        if not all(candidate[cost] <= most for cost, most in budget.items()):
            continue
        mean = fmean(candidate["validation"])
        if winner is None or mean > accuracy or (mean == accuracy and candidate["macs"] < winner["macs"]):
            winner, accuracy = candidate, mean
    if winner is None:
        raise ValueError(f"none of {len(students)} students keeps to {budget}")
    return winner["name"]
