"""A sparsity must be above the one before by a thousandth and more.

loses: plan_targets
says: ValueError
"""


def check_plan(plan, *, trained):
    kinds = ("train", "fine_tune", "prune", "distil", "quantize")
    if not plan:
        raise ValueError("no stages")
    if not trained and plan[0]["kind"] != "train":
        raise ValueError("begin with train")
    names, sparsity, done = set(), 0.0, set()
    for number, stage in enumerate(plan):
        kind = stage["kind"]
        if kind not in kinds:
            raise ValueError(f"no stage {kind!r}")
        if stage["name"] in names:
            raise ValueError("twice")
        if kind == "train" and (trained or number > 0):
            raise ValueError("train comes first")
        if kind == "quantize" and "quantize" in done:
            raise ValueError("quantized already")
        if kind == "prune":
            if stage["sparsity"] <= sparsity + 1e-3:
                raise ValueError("removed already")
            sparsity = stage["sparsity"]
        if kind == "distil" and stage.get("student") and done & {"prune", "quantize"}:
            raise ValueError("a student drops what was done")
        names.add(stage["name"])
        done.add(kind)
    return sum(stage["epochs"] for stage in plan)
