"""The tolerance is taken as a share of the baseline's accuracy.

loses: choose_smallest, choose_limits
says: a loss of exactly the tolerance is allowed
"""


def choose_file(variants, tolerance):
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    most = variants[0]["validation_correct"]
    fit = [each for each in variants if 100 * (most - each["validation_correct"]) <= tolerance * most]
    return min(fit, key=lambda each: (each["size_bytes"], -each["validation_correct"]))["name"]
