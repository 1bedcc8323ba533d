"""Rounds the number of images that may be lost: of 150 images, 1.5 become 2, which are 1.33 points.

Text: "how many percentage points of validation accuracy may be lost ... Exactly so many still may."
Input: `choose_file([row("dense", 4000, 140, 0, 150), row("a", 900, 138, 0, 150)], 1)` -> promised 'dense', actual 'a'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    allowed = round(tolerance * baseline["images"] / 100)
    fit = [v for v in variants if baseline["validation_correct"] - v["validation_correct"] <= allowed]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
