"""Accuracies are subtracted in floating point: a loss of exactly the tolerance may look larger.

loses: choose_limits
says: whole numbers: 100 times the images lost
"""


def choose_file(variants, tolerance):
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    floor = variants[0]["validation_correct"] / variants[0]["images"] - tolerance / 100
    fit = [each for each in variants if each["validation_correct"] / each["images"] >= floor]
    return min(fit or variants[:1], key=lambda each: (each["size_bytes"], -each["validation_correct"]))["name"]
