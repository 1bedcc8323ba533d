"""The loss in points, rounded to two places: 2.002 points become 2.

Text: "how many percentage points of validation accuracy may be lost ... Exactly so many still may."
Input: `choose_file([row("dense", 4000, 47500, 0, 50_000), row("a", 900, 46499, 0, 50_000)], 2)` -> promised 'dense',
actual 'a'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    fit = []
    for v in variants:
        lost = 100 * (baseline["validation_correct"] - v["validation_correct"]) / v["images"]
        if round(lost, 2) <= tolerance:
            fit.append(v)
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
