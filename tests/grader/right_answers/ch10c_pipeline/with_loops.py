"""Plain loops; flags in place of sets; masks by products where they are exact."""

import torch
import torch.nn.functional as F
from torch.func import functional_call


def check_plan(plan, *, trained):
    if plan == []:
        raise ValueError("give a stage")
    ready, quantized, compressed, reached, total = trained, False, False, -1.0, 0
    for i in range(len(plan)):
        stage = plan[i]
        for j in range(i):
            if plan[j]["name"] == stage["name"]:
                raise ValueError(f"{stage['name']} twice")
        match stage["kind"]:
            case "train":
                if ready or i > 0:
                    raise ValueError("train is first")
                ready = True
            case "fine_tune":
                pass
            case "prune":
                if not reached < stage["sparsity"]:
                    raise ValueError("stays removed")
                reached, compressed = stage["sparsity"], True
            case "distil":
                if compressed and stage.get("student"):
                    raise ValueError("student")
            case "quantize":
                if quantized:
                    raise ValueError("once")
                quantized = compressed = True
            case other:
                raise ValueError(other)
        if not ready:
            raise ValueError("untrained")
        total = total + stage["epochs"]
    return total


def stop_early(accuracies, patience):
    epochs = len(accuracies)
    kept = epochs
    if patience is not None:
        kept, waited = 1, 0
        for epoch in range(2, epochs + 1):
            if accuracies[epoch - 1] > accuracies[kept - 1]:
                kept, waited = epoch, 0
            else:
                waited += 1
                if waited == patience:
                    return [epoch, kept]
    return [epochs, kept]


def losses(history):
    if not history:
        raise ValueError("empty")
    untouched, *rest = history
    if untouched["stage"] is not None or any(line["stage"] is None for line in rest):
        raise ValueError("the untouched model is the first line")
    result, previous = {}, untouched["accuracy"]
    for line in rest:
        accuracy = line["accuracy"]
        lost, own = untouched["accuracy"] - accuracy, previous - accuracy
        result[line["stage"]] = {"lost": 100 * lost, "own": 100 * own, "smaller": untouched["bytes"] / line["bytes"]}
        previous = accuracy
    return result


def fake(weight, bits):
    top = 2 ** (bits - 1) - 1
    dims = list(range(1, weight.ndim))
    scale = weight.abs().amax(dims, keepdim=True) / top
    safe = scale + (scale == 0)
    return (weight / safe).round().clamp(-top, top) * safe


def masked_qat_step(model, optimizer, masks, x, labels, *, bits):
    shadows = {}
    for name, parameter in model.named_parameters():
        if name in masks:
            values = fake(parameter.detach() * masks[name], bits)
            shadows[name] = parameter - parameter.detach() + values
    optimizer.zero_grad()
    logits = functional_call(model, shadows, (x,))
    loss = F.nll_loss(F.log_softmax(logits, dim=1), labels)
    loss.backward()
    optimizer.step()
    for name, parameter in model.named_parameters():
        if name in masks:
            with torch.no_grad():
                parameter.mul_(masks[name])
    return loss.item()


def run_stages(original, names, stage, done):
    results = {}
    model = original
    resumed = True
    for name in names:
        if resumed and name in done:
            model = done[name]
        else:
            resumed = False
            model = stage(name, model, original)
        results[name] = model
    return results
