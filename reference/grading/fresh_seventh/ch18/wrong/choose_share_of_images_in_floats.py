"""The number of images that may be lost is a float: 0.29 * 100 is less than 29.

Text: "Exactly so many still may."
Input: `choose_file([row("dense", 4000, 95, 0, 100), row("a", 900, 66, 0, 100)], 29)` -> promised 'a', actual 'dense'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    allowed = tolerance / 100 * baseline["images"]
    fit = [v for v in variants if baseline["validation_correct"] - v["validation_correct"] <= allowed]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
