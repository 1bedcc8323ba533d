"""Cuts both accuracies to whole percents before it subtracts: from 95.9% to 93.0% are 2 points.

Text: "how many percentage points of validation accuracy may be lost ... Exactly so many still may."
Input: `choose_file([row("dense", 4000, 959, 0), row("a", 900, 930, 0)], 2)` -> promised 'dense', actual 'a'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]

    def percent(v):
        return 100 * v["validation_correct"] // v["images"]

    fit = [v for v in variants if percent(baseline) - percent(v) <= tolerance]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
