"""Subtracts two accuracies in percent as floats: 64.4 - 63.4 is more than 1.

Text: "Exactly so many still may."
Input: `choose_file([row("dense", 4000, 644, 0), row("a", 900, 634, 0)], 1)` -> promised 'a', actual 'dense'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]

    def accuracy(v):
        return 100 * v["validation_correct"] / v["images"]

    fit = [v for v in variants if accuracy(baseline) - accuracy(v) <= tolerance]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
