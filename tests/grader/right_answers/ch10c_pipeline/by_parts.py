"""One pass for each rule; the rounded values are written in, and the masters back; results are found by recursion."""

import itertools

import torch
import torch.nn.functional as F

KINDS = {"train", "fine_tune", "prune", "distil", "quantize"}


def check_plan(plan, *, trained):
    kinds = [stage["kind"] for stage in plan]
    names = [stage["name"] for stage in plan]
    wanted = [stage["sparsity"] for stage in plan if stage["kind"] == "prune"]
    faults = [
        not plan,
        not set(kinds) <= KINDS,
        len(set(names)) < len(names),
        kinds.count("quantize") > 1,
        kinds.count("train") != (0 if trained else 1),
        not trained and kinds[:1] != ["train"],
        any(later <= earlier for earlier, later in itertools.pairwise(wanted)),
    ]
    for number, stage in enumerate(plan):
        if stage["kind"] == "distil" and stage.get("student", False):
            faults.append(bool({"prune", "quantize"} & set(kinds[:number])))
    if any(faults):
        raise ValueError("this plan can't work")
    return sum(stage["epochs"] for stage in plan)


def stop_early(accuracies, patience):
    total = len(accuracies)
    if patience is None:
        return total, total
    for ran in range(1, total + 1):
        seen = accuracies[:ran]
        kept = seen.index(max(seen)) + 1
        if ran - kept == patience:
            break
    return ran, kept


def losses(history):
    stages = [line["stage"] for line in history]
    if not stages or stages[0] is not None or None in stages[1:]:
        raise ValueError("the untouched model comes first")
    accuracies = [line["accuracy"] for line in history]
    sizes = [line["bytes"] for line in history]
    return {
        stages[i]: {
            "smaller": sizes[0] / sizes[i],
            "own": (accuracies[i - 1] - accuracies[i]) * 100,
            "lost": (accuracies[0] - accuracies[i]) * 100,
        }
        for i in range(1, len(history))
    }


def masked_qat_step(model, optimizer, masks, x, labels, *, bits):
    parameters = dict(model.named_parameters())
    masters = {name: parameters[name].detach().clone() for name in masks}
    with torch.no_grad():
        for name, mask in masks.items():
            weight = torch.where(mask, masters[name], torch.zeros_like(masters[name]))
            for row, values in enumerate(weight):
                most = values.abs().max()
                scale = most / (2 ** (bits - 1) - 1)
                parameters[name][row] = (values / scale).round() * scale if most > 0 else 0.0
    optimizer.zero_grad(set_to_none=False)
    loss = F.cross_entropy(model(x), labels)
    loss.backward()
    with torch.no_grad():
        for name, master in masters.items():
            parameters[name].copy_(master)
    optimizer.step()
    with torch.no_grad():
        for name, mask in masks.items():
            parameters[name][~mask] = 0.0
    return loss.item()


def run_stages(original, names, stage, done):
    if not names:
        return {}
    results = {}
    for name in names:
        if name not in done:
            break
        results[name] = done[name]
    model = results[names[len(results) - 1]] if results else original
    for name in names[len(results) :]:
        model = stage(name, model, original)
        results[name] = model
    return results
