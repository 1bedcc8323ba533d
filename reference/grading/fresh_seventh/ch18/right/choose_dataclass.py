"""An ordered dataclass whose comparison is the rule, and a generator of those within the tolerance."""

from dataclasses import dataclass, field


@dataclass(order=True, frozen=True)
class _File:
    size: int
    wrong: int
    place: int
    name: str = field(compare=False)


def _within(variants, tolerance):
    files = [
        _File(v["size_bytes"], v["images"] - v["validation_correct"], place, v["name"])
        for place, v in enumerate(variants)
    ]
    for file in files:
        if 100 * (file.wrong - files[0].wrong) <= tolerance * variants[0]["images"]:
            yield file


def choose_file(variants: list[dict], tolerance: int) -> str:
    if variants == [] or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    return min(_within(variants, tolerance)).name
