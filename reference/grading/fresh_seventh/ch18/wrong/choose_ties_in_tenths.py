"""Ties in size go to the higher accuracy as it is printed, with one place: 94.01% and 94.04% are alike.

Text: "Of equally small ones: the one with more right validation images"
Input: `choose_file([row("dense", 4000, 9500, 0, 10_000), row("a", 900, 9401, 0, 10_000),
row("b", 900, 9404, 0, 10_000)], 2)` -> promised 'b', actual 'a'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    allowed = tolerance * baseline["images"]
    fit = [v for v in variants if 100 * (baseline["validation_correct"] - v["validation_correct"]) <= allowed]

    def key(v):
        return v["size_bytes"], -round(100 * v["validation_correct"] / v["images"], 1)

    return min(fit, key=key)["name"]
