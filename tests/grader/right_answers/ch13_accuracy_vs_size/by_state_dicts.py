"""The whole state is kept and loaded again; sorted moves; the search as a loop over calls; a table of images."""

import copy

import numpy as np
import torch


def scan(model, names, change, evaluate):
    by_name = dict(model.named_modules())
    for name in names:
        layer = by_name.get(name)
        if layer is None or not hasattr(layer, "weight") or layer.weight is None:
            raise ValueError(name)
    kept = copy.deepcopy(model.state_dict())
    came = evaluate(model)
    rises = dict.fromkeys(names)
    for name in names:
        key = f"{name}.weight" if name else "weight"
        try:
            new = change(kept[key].clone())
            model.load_state_dict({**kept, key: new})
            rises[name] = evaluate(model) - came
        except BaseException:
            model.load_state_dict(kept)
            raise
        model.load_state_dict(kept)
    return rises


def allocate(options, budget):
    names = list(options)
    if any(len(options[name]) == 0 for name in names):
        raise ValueError("no options")
    if any(not abs(loss) < float("inf") for name in names for _, loss in options[name]):
        raise ValueError("losses must be finite")
    least = sum(min(size for size, _ in options[name]) for name in names)
    if least > budget:
        raise ValueError(f"{least} bytes at least")
    at = []
    for name in names:
        ranked = sorted(range(len(options[name])), key=lambda place, of=options[name]: (-of[place][0], of[place][1]))
        at.append(ranked[0])

    def total():
        return sum(options[name][place][0] for name, place in zip(names, at, strict=True))

    while total() > budget:
        found = []
        for number, name in enumerate(names):
            size, loss = options[name][at[number]]
            for place, option in enumerate(options[name]):
                if option[0] < size:
                    found.append({"layer": number, "place": place, "saved": size - option[0], "rise": option[1] - loss})
        found.sort(key=lambda move: (move["rise"] / move["saved"], -move["saved"]))  # stable
        at[found[0]["layer"]] = found[0]["place"]
    return dict(zip(names, at, strict=True))


def search_ratio(stored, target, *, tolerance, max_calls):
    answers = {}
    low, high = 0, 1
    for call in range(max_calls):
        ratio = float(call) if call < 2 else (low + high) / 2
        size = answers[ratio] = stored(ratio)
        if call == 0:
            if size <= target:
                break
            continue
        if size <= target:
            high = ratio
        elif call == 1:
            raise ValueError(f"not below {size} bytes")
        else:
            low = ratio
        if target - tolerance <= answers[high]:
            break
    best = min(ratio for ratio, size in answers.items() if size <= target)
    return best, answers[best]


def guard(labels, before, after, *, tolerance, confidence=0.95):
    shapes = {tuple(each.shape) for each in (labels, before, after)}
    if len(shapes) > 1 or 0 in labels.shape:
        raise ValueError(f"shapes {shapes}")
    table = np.zeros((2, 2))
    for label, one, other in zip(labels.tolist(), before.tolist(), after.tolist(), strict=True):
        table[int(one == label), int(other == label)] += 1
    shares = (table + 0.5) / (table + 0.5).sum()
    d = shares[0, 1] - shares[1, 0]
    s = np.sqrt((shares[0, 1] + shares[1, 0] - d**2) / (table + 0.5).sum())
    z = torch.special.ndtri(torch.tensor(0.5 + confidence / 2, dtype=torch.float64)).item()
    return {
        "fixed": int(table[0, 1]),
        "broken": int(table[1, 0]),
        "change": (table[0, 1] - table[1, 0]) / table.sum(),
        "low": d - z * s,
        "high": d + z * s,
        "accept": bool(d - z * s > -tolerance),
    }
