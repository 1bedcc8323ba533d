"""All faults are worked out with comprehensions over positions, as a list of truths; nothing is remembered on the way."""


def check_plan(plan: list[dict], *, trained: bool) -> int:
    kinds = [stage["kind"] for stage in plan]
    places = range(len(plan))
    prunes = [i for i in places if kinds[i] == "prune"]
    compressing = [i for i in places if kinds[i] in ("prune", "quantize")]
    students = [i for i in places if kinds[i] == "distil" and plan[i].get("student")]
    faults = {
        "no stage": not plan,
        "unknown kind": any(
            k not in ("train", "fine_tune", "prune", "distil", "quantize")
            for k in kinds
        ),
        "a name twice": len({stage["name"] for stage in plan}) < len(plan),
        "quantized twice": kinds.count("quantize") > 1,
        "not trained": not trained and kinds[:1] != ["train"],
        "trains too late": "train" in kinds[0 if trained else 1 :],
        "unreachable": any(
            plan[i]["sparsity"] <= plan[j]["sparsity"]
            for i in prunes
            for j in prunes
            if j < i
        ),
        "student too late": any(c < s for c in compressing for s in students),
    }
    found = [text for text, holds in faults.items() if holds]
    if found:
        raise ValueError("; ".join(found))
    return sum(stage["epochs"] for stage in plan)
