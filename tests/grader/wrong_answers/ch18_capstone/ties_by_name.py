"""Equally small files are told apart by their names.

loses: choose_limits
says: of equally small files
"""


def choose_file(variants, tolerance):
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    most = variants[0]["validation_correct"]
    fit = [each for each in variants if 100 * (most - each["validation_correct"]) <= tolerance * each["images"]]
    return min(fit, key=lambda each: (each["size_bytes"], each["name"]))["name"]
