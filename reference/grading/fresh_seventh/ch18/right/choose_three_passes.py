"""Three passes, each with a list of its own: within the tolerance, of the least size, with the most right images."""


def choose_file(variants: list[dict], tolerance: int) -> str:
    try:
        baseline, *_ = variants
    except ValueError:
        raise ValueError("there are no variants") from None
    if tolerance <= -1:
        raise ValueError("the tolerance is negative")
    may_be_wrong = tolerance * baseline["images"]
    within = []
    for variant in variants:
        lost = baseline["validation_correct"] - variant["validation_correct"]
        if lost <= 0 or 100 * lost <= may_be_wrong:
            within.append(variant)
    size = min(variant["size_bytes"] for variant in within)
    small = [variant for variant in within if variant["size_bytes"] == size]
    right = max(variant["validation_correct"] for variant in small)
    names = [variant["name"] for variant in small if variant["validation_correct"] == right]
    return names[0]
