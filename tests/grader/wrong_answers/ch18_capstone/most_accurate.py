"""The most accurate of those within the tolerance.

loses: choose_smallest, choose_limits
says: smal
"""


def choose_file(variants, tolerance):
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    most = variants[0]["validation_correct"]
    fit = [each for each in variants if 100 * (most - each["validation_correct"]) <= tolerance * each["images"]]
    return max(fit, key=lambda each: each["validation_correct"])["name"]
