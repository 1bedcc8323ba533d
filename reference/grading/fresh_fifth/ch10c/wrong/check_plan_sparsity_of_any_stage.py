"""Collects the "sparsity" of every stage that has such a key, not only of those of kind "prune".

Text: "Other keys mean nothing." (and: "a "prune" has a sparsity that isn't above those of all "prune" before it")
Input: check_plan([{"name": "a", "kind": "fine_tune", "epochs": 1, "sparsity": 0.9},
    {"name": "b", "kind": "prune", "epochs": 2, "sparsity": 0.5}], trained=True): promised 3, actual ValueError.
"""

from itertools import pairwise


def check_plan(plan: list[dict], *, trained: bool) -> int:
    if not plan:
        raise ValueError("the plan is empty")
    kinds = [stage["kind"] for stage in plan]
    names = [stage["name"] for stage in plan]
    unknown = set(kinds) - {"train", "fine_tune", "prune", "distil", "quantize"}
    if unknown:
        raise ValueError(f"unknown kinds: {unknown}")
    if len(set(names)) < len(names):
        raise ValueError("a name stands twice")
    if kinds.count("quantize") > 1:
        raise ValueError("quantized twice")
    if not trained and kinds[0] != "train":
        raise ValueError("the model isn't trained")
    if "train" in kinds[1:] or (trained and kinds[0] == "train"):
        raise ValueError("training from scratch comes too late")
    sparsities = [stage["sparsity"] for stage in plan if "sparsity" in stage]
    if any(later <= earlier for earlier, later in pairwise(sparsities)):
        raise ValueError("the sparsities have to grow")
    compressed = False
    for stage in plan:
        if stage["kind"] == "distil" and stage.get("student", False) and compressed:
            raise ValueError("the student comes too late")
        compressed = compressed or stage["kind"] in ("prune", "quantize")
    return sum(stage["epochs"] for stage in plan)
