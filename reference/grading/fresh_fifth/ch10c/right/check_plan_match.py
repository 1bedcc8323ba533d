"""A match statement on (kind, position), with the memory of what came before in a small class."""

from dataclasses import dataclass, field


@dataclass
class Before:
    names: list = field(default_factory=list)
    sparsity: float = float("-inf")
    pruned: bool = False
    quantized: bool = False


def refuse(condition, reason):
    if condition:
        raise ValueError(reason)


def check_plan(plan: list[dict], *, trained: bool) -> int:
    refuse(not plan, "there is no stage")
    before, epochs = Before(), 0
    for place, stage in enumerate(plan):
        refuse(stage["name"] in before.names, "this name stands twice")
        before.names.append(stage["name"])
        match stage["kind"], place:
            case "train", 0:
                refuse(trained, "the model is trained already")
            case "train", _:
                refuse(True, "training from scratch only first")
            case ("fine_tune" | "prune" | "distil" | "quantize") as kind, _:
                refuse(place == 0 and not trained, "the model isn't trained")
                if kind == "prune":
                    refuse(not stage["sparsity"] > before.sparsity, "unreachable")
                    before.sparsity, before.pruned = stage["sparsity"], True
                elif kind == "quantize":
                    refuse(before.quantized, "quantized already")
                    before.quantized = True
                elif kind == "distil" and stage.get("student", False):
                    refuse(before.pruned or before.quantized, "student too late")
            case _:
                refuse(True, "unknown kind")
        epochs += stage["epochs"]
    return epochs
