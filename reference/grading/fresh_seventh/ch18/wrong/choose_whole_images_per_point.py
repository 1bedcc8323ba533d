"""Divides the images by 100 first: of 150 images, a point is one, and two points are two, not three.

Text: "Exactly so many still may."
Input: `choose_file([row("dense", 4000, 140, 0, 150), row("a", 900, 137, 0, 150)], 2)` -> promised 'a', actual 'dense'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    allowed = baseline["images"] // 100 * tolerance
    fit = [v for v in variants if baseline["validation_correct"] - v["validation_correct"] <= allowed]
    return min(fit, key=lambda v: (v["size_bytes"], -v["validation_correct"]))["name"]
