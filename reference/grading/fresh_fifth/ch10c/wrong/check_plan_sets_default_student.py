"""Fills in the missing "student" with setdefault: the plan that was given is changed.

Text: "Keep the names of functions and arguments, and don't modify what you are given, unless the docstring says so."
Input: plan = [{"name": "d", "kind": "distil", "epochs": 1}]; check_plan(plan, trained=True); promised: plan is as before;
    actual: plan[0] has a further key, "student": False.
"""

KINDS = ("train", "fine_tune", "prune", "distil", "quantize")


def check_plan(plan: list[dict], *, trained: bool) -> int:
    if not plan:
        raise ValueError("no stages")
    seen, most, quantized, compressed, total = set(), 0.0, False, False, 0
    for position, stage in enumerate(plan):
        kind = stage["kind"]
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}")
        if stage["name"] in seen:
            raise ValueError(f"two stages are called {stage['name']!r}")
        seen.add(stage["name"])
        if position == 0 and not trained and kind != "train":
            raise ValueError("train first")
        if kind == "train" and (position > 0 or trained):
            raise ValueError("train only first, and only an untrained model")
        if kind == "distil":
            stage.setdefault("student", False)
            if stage["student"] and compressed:
                raise ValueError("a student after compression")
        if kind == "prune":
            if stage["sparsity"] <= most:
                raise ValueError("sparsity can't be reached")
            most = stage["sparsity"]
            compressed = True
        if kind == "quantize":
            if quantized:
                raise ValueError("quantized twice")
            quantized = compressed = True
        total += stage["epochs"]
    return total
