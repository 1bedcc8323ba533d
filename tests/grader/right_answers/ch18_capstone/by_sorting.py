"""Sorted by size, stable; the first that is good enough."""


def choose_file(variants, tolerance):
    if tolerance < 0 or len(variants) == 0:
        raise ValueError("nothing to choose from")
    baseline = variants[0]
    allowed = baseline["validation_correct"] * 100 - tolerance * baseline["images"]
    by_accuracy = sorted(variants, key=lambda v: v["validation_correct"], reverse=True)
    fit = [variant for variant in by_accuracy if variant["validation_correct"] * 100 >= allowed]
    return sorted(fit, key=lambda v: v["size_bytes"])[:1][0]["name"]
