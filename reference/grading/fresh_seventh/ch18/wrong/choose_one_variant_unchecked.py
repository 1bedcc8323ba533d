"""A lone baseline is returned before the tolerance is looked at.

Text: "ValueError: there are no variants, or the tolerance is negative."
Input: `choose_file([row("dense", 4000, 950, 0)], -1)` -> promised ValueError, actual 'dense'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants:
        raise ValueError("no variants")
    if len(variants) == 1:
        return variants[0]["name"]
    if tolerance < 0:
        raise ValueError("a negative tolerance")
    right = [v["validation_correct"] for v in variants]
    fit = [v for v in variants if 100 * (right[0] - v["validation_correct"]) <= tolerance * v["images"]]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
