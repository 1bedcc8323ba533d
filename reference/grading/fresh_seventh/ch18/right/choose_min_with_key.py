"""A list comprehension for what fits, and min, which keeps the first of equals, with a tuple as its key."""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    first, images = variants[0]["validation_correct"], variants[0]["images"]
    fit = [v for v in variants if 100 * (first - v["validation_correct"]) <= tolerance * images]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
