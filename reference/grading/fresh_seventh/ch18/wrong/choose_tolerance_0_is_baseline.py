"""Without any tolerance the baseline at once, though a smaller file may lose nothing.

Text: "the smallest file among those within the tolerance"; the tolerance is "a whole number from 0"
Input: `choose_file([row("dense", 4000, 950, 0), row("int8", 1000, 950, 0)], 0)` -> promised 'int8', actual 'dense'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    if tolerance == 0:
        return baseline["name"]
    allowed = tolerance * baseline["images"]
    fit = [v for v in variants if 100 * (baseline["validation_correct"] - v["validation_correct"]) <= allowed]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
