"""Ties go to the smaller loss, cut off at 0: of two files that beat the baseline the first wins, not the better one.

Text: "Of equally small ones: the one with more right validation images"
Input: `choose_file([row("dense", 4000, 950, 0), row("a", 900, 955, 0), row("b", 900, 960, 0)], 2)` -> promised 'b',
actual 'a'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]

    def lost(v):
        return max(0, baseline["validation_correct"] - v["validation_correct"])

    fit = [v for v in variants if 100 * lost(v) <= tolerance * v["images"]]
    return min(fit, key=lambda v: (v["size_bytes"], lost(v)))["name"]
