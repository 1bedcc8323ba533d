"""Of files alike in all, the last.

loses: choose_limits
says: the one that comes first
"""


def choose_file(variants, tolerance):
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    most = variants[0]["validation_correct"]
    best = None
    for each in variants:
        if 100 * (most - each["validation_correct"]) > tolerance * each["images"]:
            continue
        key = (each["size_bytes"], -each["validation_correct"])
        if best is None or key <= best[0]:
            best = (key, each["name"])
    return best[1]
