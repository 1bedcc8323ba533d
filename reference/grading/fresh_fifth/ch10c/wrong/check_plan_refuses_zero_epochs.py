"""Validates more than it is asked for: a stage of 0 epochs is refused, except "quantize".

Text: ""epochs" (an int, 0 or more)" and "ValueError: if one of these is so, and for nothing else"
Input: check_plan([{"name": "p", "kind": "prune", "epochs": 0, "sparsity": 0.5}], trained=True): promised 0, actual ValueError.
"""


def check_plan(plan: list[dict], *, trained: bool) -> int:
    if len(plan) == 0:
        raise ValueError("there is no stage")
    names: list[str] = []
    largest = 0.0
    has_quantize = has_prune = False
    epochs = 0
    for i, stage in enumerate(plan):
        name, kind = stage["name"], stage["kind"]
        if kind not in {"train", "fine_tune", "prune", "distil", "quantize"}:
            raise ValueError(f"{name}: unknown kind {kind}")
        if name in names:
            raise ValueError(f"{name}: name used twice")
        if i == 0 and not trained and kind != "train":
            raise ValueError("the model isn't trained")
        if kind == "train" and (i > 0 or trained):
            raise ValueError("training from scratch here makes no sense")
        if stage["epochs"] <= 0 and kind != "quantize":
            raise ValueError(f"{name}: needs at least one epoch")
        if kind == "prune":
            if stage["sparsity"] <= largest:
                raise ValueError(f"{name}: sparsity too low")
            largest, has_prune = stage["sparsity"], True
        elif kind == "quantize":
            if has_quantize:
                raise ValueError(f"{name}: quantized already")
            has_quantize = True
        elif kind == "distil" and stage.get("student") and (has_prune or has_quantize):
            raise ValueError(f"{name}: student too late")
        names.append(name)
        epochs += stage["epochs"]
    return epochs
