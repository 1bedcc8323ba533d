"""The tolerance is counted in images.

loses: choose_smallest, choose_limits
says: a loss of exactly the tolerance is allowed
"""


def choose_file(variants, tolerance):
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    most = variants[0]["validation_correct"]
    fit = [each for each in variants if most - each["validation_correct"] <= tolerance]
    return min(fit, key=lambda each: (each["size_bytes"], -each["validation_correct"]))["name"]
