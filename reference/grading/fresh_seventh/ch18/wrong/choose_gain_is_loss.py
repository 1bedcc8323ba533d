"""The absolute difference: a file that gains more than the tolerance is refused.

Text: "how many percentage points of validation accuracy may be lost against the baseline"
Input: `choose_file([row("dense", 4000, 950, 0), row("int8", 1000, 980, 0)], 2)` -> promised 'int8', actual 'dense'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    allowed = tolerance * baseline["images"]
    fit = [v for v in variants if 100 * abs(baseline["validation_correct"] - v["validation_correct"]) <= allowed]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
