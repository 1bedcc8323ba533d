"""Whatever stage has a sparsity must go beyond those before it, and not pruning stages alone.

loses: plan_targets
says: came: ValueError
"""


def check_plan(plan: list[dict], *, trained: bool) -> int:
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
            raise ValueError(f"{stage['name']!r} stands twice")
        if kind == "train" and (trained or number > 0):
            raise ValueError("train comes first, or not at all")
        if kind == "quantize" and "quantize" in done:
            raise ValueError("quantized already")
        if "sparsity" in stage:
            if stage["sparsity"] <= sparsity:
                raise ValueError(f"{sparsity} is removed already")
            sparsity = stage["sparsity"]
        if kind == "distil" and stage.get("student") and done & {"prune", "quantize"}:
            raise ValueError("a student drops what was done")
        names.add(stage["name"])
        done.add(kind)
    return sum(stage["epochs"] for stage in plan)
