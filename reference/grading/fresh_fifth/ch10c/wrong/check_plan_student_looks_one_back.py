"""Looks only at the stage directly before the student, instead of at all before it.

Text: "a "distil" with a student stands somewhere after a "prune" or "quantize""
Input: check_plan([{"name": "p", "kind": "prune", "epochs": 1, "sparsity": 0.5}, {"name": "t", "kind": "fine_tune", "epochs": 1},
    {"name": "s", "kind": "distil", "epochs": 1, "student": True}], trained=True): promised ValueError, actual 3.
"""

from itertools import pairwise


def check_plan(plan: list[dict], *, trained: bool) -> int:
    if not plan:
        raise ValueError("empty plan")
    allowed = ["train", "fine_tune", "prune", "distil", "quantize"]
    for stage in plan:
        if stage["kind"] not in allowed:
            raise ValueError("unknown kind")
    if len({stage["name"] for stage in plan}) != len(plan):
        raise ValueError("duplicate names")
    if sum(stage["kind"] == "quantize" for stage in plan) > 1:
        raise ValueError("more than one quantize")
    if not trained and plan[0]["kind"] != "train":
        raise ValueError("model must be trained first")
    for i, stage in enumerate(plan):
        if stage["kind"] == "train" and (i != 0 or trained):
            raise ValueError("train in the wrong place")
    targets = [stage["sparsity"] for stage in plan if stage["kind"] == "prune"]
    for a, b in pairwise(targets):
        if b <= a:
            raise ValueError("sparsities must increase")
    for before, stage in pairwise(plan):
        if stage["kind"] == "distil" and stage.get("student", False):
            if before["kind"] in ("prune", "quantize"):
                raise ValueError("student after compression")
    return sum(stage["epochs"] for stage in plan)
