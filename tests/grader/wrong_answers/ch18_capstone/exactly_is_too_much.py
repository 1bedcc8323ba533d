"""A loss of exactly the tolerance is refused.

loses: choose_smallest, choose_limits
says: a loss of exactly the tolerance is allowed
"""


def choose_file(variants, tolerance):
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    most = variants[0]["validation_correct"]
    fit = [each for each in variants[1:] if 100 * (most - each["validation_correct"]) < tolerance * each["images"]]
    fit.append(variants[0])
    return min(fit, key=lambda each: (each["size_bytes"], -each["validation_correct"]))["name"]
