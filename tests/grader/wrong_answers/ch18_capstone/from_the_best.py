"""The loss is counted from the best variant, not from the baseline.

loses: choose_smallest
says: the loss is counted from the baseline
"""


def choose_file(variants, tolerance):
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    most = max(each["validation_correct"] for each in variants)
    fit = [each for each in variants if 100 * (most - each["validation_correct"]) <= tolerance * each["images"]]
    if not fit:
        return variants[0]["name"]
    return min(fit, key=lambda each: (each["size_bytes"], -each["validation_correct"]))["name"]
