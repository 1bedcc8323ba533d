"""Neither an empty list nor a negative tolerance is refused.

loses: choose_limits
says: no variants, or a negative tolerance
"""


def choose_file(variants, tolerance):
    if not variants:
        return None
    tolerance = max(0, tolerance)
    most = variants[0]["validation_correct"]
    fit = [each for each in variants if 100 * (most - each["validation_correct"]) <= tolerance * each["images"]]
    return min(fit, key=lambda each: (each["size_bytes"], -each["validation_correct"]))["name"]
