"""The baseline itself is never chosen where another is within the tolerance, nor where none is.

loses: choose_smallest
says: the baseline
"""


def choose_file(variants, tolerance):
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    most = variants[0]["validation_correct"]
    fit = [each for each in variants[1:] if 100 * (most - each["validation_correct"]) <= tolerance * each["images"]]
    if not fit:
        return None
    return min(fit, key=lambda each: (each["size_bytes"], -each["validation_correct"]))["name"]
