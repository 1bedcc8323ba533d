"""Two stable sorts, the less important first, on a copy; then the first that fits."""

from operator import itemgetter


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    least = variants[0]["validation_correct"] - tolerance * variants[0]["images"] // 100
    ranked = sorted(variants, key=itemgetter("validation_correct"), reverse=True)
    ranked = sorted(ranked, key=itemgetter("size_bytes"))
    return next(v["name"] for v in ranked if v["validation_correct"] >= least)
