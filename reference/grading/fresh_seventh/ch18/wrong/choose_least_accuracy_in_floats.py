"""The least accuracy that is allowed is a float: 0.8 - 0.1 is more than 0.7.

Text: "Exactly so many still may."
Input: `choose_file([row("dense", 4000, 800, 0), row("a", 900, 700, 0)], 10)` -> promised 'a', actual 'dense'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    n = baseline["images"]
    least = baseline["validation_correct"] / n - tolerance / 100
    fit = [v for v in variants if v["validation_correct"] / n >= least]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
