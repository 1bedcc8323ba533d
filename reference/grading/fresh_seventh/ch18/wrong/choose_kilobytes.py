"""Compares whole kilobytes, so files of 1999 and of 1001 bytes are equally small.

Text: "The name of the smallest file among those within the tolerance"
Input: `choose_file([row("dense", 4000, 950, 0), row("a", 1999, 940, 0), row("b", 1001, 935, 0)], 2)` -> promised 'b',
actual 'a'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    allowed = tolerance * baseline["images"]
    fit = [v for v in variants if 100 * (baseline["validation_correct"] - v["validation_correct"]) <= allowed]
    return min(fit, key=lambda v: (v["size_bytes"] // 1000, -v["validation_correct"]))["name"]
