"""The baseline is handed in only where nothing else is within the tolerance, even if it is the smallest.

Text: "the smallest file among those within the tolerance, the baseline among them"
Input: `choose_file([row("dense", 4000, 950, 0), row("wide", 6000, 960, 0)], 2)` -> promised 'dense', actual 'wide'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    allowed = tolerance * baseline["images"]
    fit = [v for v in variants[1:] if 100 * (baseline["validation_correct"] - v["validation_correct"]) <= allowed]
    if not fit:
        return baseline["name"]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
