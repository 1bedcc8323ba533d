"""Size and right images in one number: with 10,000 images, a thousandth for each is worth whole bytes.

Text: "the smallest file among those within the tolerance"; right images decide only "of equally small ones"
Input: `choose_file([row("dense", 4000, 9900, 0, 10_000), row("a", 900, 9900, 0, 10_000),
row("b", 899, 8800, 0, 10_000)], 20)` -> promised 'b', actual 'a'
"""


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    baseline = variants[0]
    allowed = tolerance * baseline["images"]
    fit = [v for v in variants if 100 * (baseline["validation_correct"] - v["validation_correct"]) <= allowed]
    return min(fit, key=lambda v: v["size_bytes"] - v["validation_correct"] / 1000)["name"]
