"""Accuracies as exact fractions, one pass."""

from fractions import Fraction


def choose_file(variants, tolerance):
    if not variants:
        raise ValueError("no variants")
    if tolerance < 0:
        raise ValueError("a negative tolerance")

    def accuracy(variant):
        return Fraction(variant["validation_correct"], variant["images"])

    chosen = variants[0]
    for variant in variants[1:]:
        lost = accuracy(variants[0]) - accuracy(variant)
        if lost > Fraction(tolerance, 100):
            continue
        smaller = variant["size_bytes"] < chosen["size_bytes"]
        as_small = variant["size_bytes"] == chosen["size_bytes"]
        if smaller or (as_small and variant["validation_correct"] > chosen["validation_correct"]):
            chosen = variant
    return chosen["name"]
