"""An autograd function for the rounding; an iterator over the epochs; itertools for what is done."""

import itertools

import torch
from torch import nn
from torch.func import functional_call


def check_plan(plan, *, trained):
    def refuse(condition, why):
        if condition:
            raise ValueError(why)

    refuse(len(plan) == 0, "empty")
    before = []
    for stage in plan:
        kind = stage["kind"]
        refuse(kind not in ("quantize", "prune", "distil", "train", "fine_tune"), f"unknown: {kind}")
        refuse(any(stage["name"] == other["name"] for other in before), "the name is taken")
        earlier = [other["kind"] for other in before]
        if kind == "train":
            refuse(trained or before, "too late to train")
        elif not before:
            refuse(not trained, "nothing is trained yet")
        if kind == "quantize":
            refuse("quantize" in earlier, "quantized already")
        if kind == "prune":
            reached = max((o["sparsity"] for o in before if o["kind"] == "prune"), default=0)
            refuse(not stage["sparsity"] > reached, "out of reach")
        if kind == "distil" and "student" in stage and stage["student"]:
            refuse("prune" in earlier or "quantize" in earlier, "a student too late")
        before.append(stage)
    total = 0
    for stage in plan:
        total += stage["epochs"]
    return total


def stop_early(accuracies, patience):
    if patience is None:
        return (len(accuracies),) * 2
    best, kept, waited, ran = None, 0, 0, 0
    epochs = iter(accuracies)
    while waited < patience and (accuracy := next(epochs, None)) is not None:
        ran += 1
        if best is None or accuracy > best:
            best, kept, waited = accuracy, ran, 0
        else:
            waited += 1
    return ran, kept


def losses(history):
    if len(history) == 0 or history[0]["stage"] is not None:
        raise ValueError("where is the untouched model?")
    found = {}
    for before, line in itertools.pairwise(history):
        if line["stage"] is None:
            raise ValueError("a second untouched model")
        entry = found[line["stage"]] = {}
        entry["lost"] = 100 * history[0]["accuracy"] - 100 * line["accuracy"]
        entry["own"] = 100.0 * (before["accuracy"] - line["accuracy"])
        entry["smaller"] = history[0]["bytes"] / line["bytes"]
    return found


class Straight(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weight, mask, top):
        kept = weight * mask
        rows = kept.reshape(len(kept), -1)
        scale = rows.abs().max(dim=1, keepdim=True).values / top
        return torch.nan_to_num((rows / scale).round() * scale).reshape(weight.shape)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None, None


def masked_qat_step(model, optimizer, masks, x, labels, *, bits):
    top = 2 ** (bits - 1) - 1
    named = dict(model.named_parameters())
    rounded = {name: Straight.apply(named[name], mask, top) for name, mask in masks.items()}
    for parameter in named.values():
        parameter.grad = None
    loss = nn.CrossEntropyLoss()(functional_call(model, rounded, x), labels)
    loss.backward()
    optimizer.step()
    for name, mask in masks.items():
        named[name].data = torch.where(mask, named[name].data, 0.0)
    return loss.detach().item()


def run_stages(original, names, stage, done):
    taken = list(itertools.takewhile(lambda name: name in done, names))
    results = dict(zip(taken, map(done.__getitem__, taken), strict=True))
    for name in names[len(taken) :]:
        before = list(results.values())[-1] if results else original
        results[name] = stage(name, before, original)
    return results
