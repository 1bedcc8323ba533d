"""The test images choose.

loses: choose_smallest, choose_limits
says: the test images choose nothing
"""


def choose_file(variants, tolerance):
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    floor = 100 * variants[0]["test_correct"] - tolerance * 2 * variants[0]["images"]
    fit = [each for each in variants if 100 * each["test_correct"] >= floor]
    return min(fit, key=lambda each: (each["size_bytes"], -each["test_correct"]))["name"]
