"""Everything that is compared of two models, on the same images."""

import numpy as np
import torch
from torch import Tensor

from compresslab.errors import InputError
from compresslab.evaluation import (
    CORRUPTIONS,
    STRENGTHS,
    GroupHarm,
    Interval,
    accuracy_change,
    accuracy_interval,
    auroc,
    chance_error,
    check_labels,
    churn,
    confidence_and_correct,
    corrupt,
    critical_failures,
    equivalence,
    error_consistency,
    error_correlation,
    expected_calibration_error,
    fit_temperature,
    harm_by_group,
    kl_divergence,
    mcnemar,
    outlier_score,
    reliability,
    top_k_overlap,
)
from compresslab.evaluation.outliers import SCORES
from compresslab.hardware import machine
from compresslab.report.results import Calibration, Comparison, Corrupted
from compresslab.report.samples import Samples
from compresslab.report.subject import Classifier, check_pair

BINS = 15


def compare(
    original: Classifier,
    compressed: Classifier,
    samples: Samples,
    *,
    margin: float = 1.0,
    critical_confidence: float = 0.8,
    corrupted_images: int = 1000,
    unknown: Samples | None = None,
    seed: int = 0,
) -> Comparison:
    """Run both models on the same images, and compare what they say.

    Args:
        original, compressed: the files.
        samples: the images.
        margin: the smallest loss of accuracy that matters, in points.
        critical_confidence: from which an answer is acted on.
        corrupted_images: of how many images corrupted copies are made; 0 makes none.
        unknown: images of no class that the models know; None shuffles the pixels of the samples.
        seed: of the noise, the shuffling and the choice of images to corrupt.

    Raises:
        InputError: the models or the data don't belong together, or a model gives NaN.
    """
    check_pair(original, compressed)
    inputs = samples.inputs()
    before, after = original.logits(inputs), compressed.logits(inputs)
    if before.shape != after.shape:
        raise InputError(
            f"{original.path} gives {before.shape[1]} classes and {compressed.path} {after.shape[1]}: "
            "compare models of the same classes."
        )
    classes = _class_names(samples, before.shape[1], original)
    check_labels(before, samples.labels)
    was, now = ((logits.argmax(1) == samples.labels).numpy() for logits in (before, after))
    counted = churn(before, after, samples.labels)
    divergence = kl_divergence(before, after)
    k = min(5, (before.shape[1] + 1) // 2)
    notes: list[str] = []
    correlation = consistency = None
    if all(hits.any() and not hits.all() for hits in (was, now)):
        correlation, consistency = error_correlation(was, now), error_consistency(was, now)
    else:
        notes.append("A model is right, or wrong, on every image: the correlation of errors has no value.")
    by_class, by_group = _harm(was, now, samples, classes, notes)
    corrupted, count = _corrupted(original, compressed, samples, corrupted_images, seed, notes)
    outliers, strange = _outliers(original, compressed, samples, unknown, (before, after), seed)
    return Comparison(
        samples=samples,
        original=original,
        compressed=compressed,
        original_logits=before,
        compressed_logits=after,
        classes=classes,
        accuracies=(float(was.mean()), float(now.mean())),
        intervals=(accuracy_interval_of(was, samples), accuracy_interval_of(now, samples)),
        equivalent=equivalence(was, now, samples.sources, margin=margin),
        change=accuracy_change(was, now, samples.sources),
        mcnemar=mcnemar(counted.fixed, counted.broken),
        churn=counted,
        agreement=1 - counted.rate,
        top_k=float(top_k_overlap(before, after, k).mean()),
        k=k,
        divergence_mean=float(divergence.mean()),
        divergence_p99=float(np.quantile(divergence.numpy(), 0.99)),
        correlation=correlation,
        consistency=consistency,
        calibrations=_calibrations(original, compressed, samples, (before, after)),
        by_class=by_class,
        untested=tuple(classes[label] for label in sorted(set(range(len(classes))) - set(samples.labels.tolist()))),
        by_group=by_group,
        critical=critical_failures(before, after, samples.labels, confidence=critical_confidence),
        critical_confidence=critical_confidence,
        corrupted=corrupted,
        corrupted_images=count,
        outliers=outliers,
        unknown=strange,
        seed=seed,
        machine=machine(max(original.threads, compressed.threads)),
        notes=tuple(notes),
    )


def accuracy_interval_of(right: np.ndarray, samples: Samples) -> Interval:
    """Of one model's accuracy; where the images have too few sources to resample, of those as if each was one image.

    >>> labels = torch.zeros(2, dtype=torch.int64)
    >>> two = Samples("dots", torch.zeros(2, 1, 2, 2), True, labels, (), None, None, np.zeros(2, np.int64))
    >>> accuracy_interval_of(np.array([True, True]), two).low < 0.25
    True
    """
    if len(np.unique(samples.sources)) >= 2:
        return accuracy_interval(right, samples.sources)
    return accuracy_interval(right[:1])


def _class_names(samples: Samples, count: int, original: Classifier) -> tuple[str, ...]:
    if not samples.classes:
        return tuple(str(label) for label in range(count))
    if len(samples.classes) != count:
        raise InputError(
            f"{original.path} gives {count} classes, and {samples.name} has {len(samples.classes)}: "
            "give the data that the model was trained for."
        )
    return samples.classes


def _harm(
    was: np.ndarray, now: np.ndarray, samples: Samples, classes: tuple[str, ...], notes: list[str]
) -> tuple[tuple[GroupHarm, ...], dict[str, tuple[GroupHarm, ...]]]:
    """By class, of those that have images, and by group."""
    present, dense = np.unique(samples.labels.numpy(), return_inverse=True)
    by_class: tuple[GroupHarm, ...] = ()
    if len(present) > 1:
        by_class = harm_by_group(was, now, dense, samples.sources, names=[classes[label] for label in present])
    else:
        notes.append(f"All images are of the class {classes[present[0]]}: classes can't be compared.")
    by_group = {}
    for name, grouping in samples.groupings.items():
        if len(grouping.names) > 1:
            by_group[name] = harm_by_group(was, now, grouping.member, samples.sources, names=grouping.names)
        else:
            notes.append(f"All images are of one group by {name}: {grouping.names[0]}; nothing to compare it with.")
    return by_class, by_group


def _calibrations(
    original: Classifier, compressed: Classifier, samples: Samples, logits: tuple[Tensor, Tensor]
) -> tuple[Calibration, Calibration]:
    found = []
    for model, own in zip((original, compressed), logits, strict=True):
        confidence, correct = confidence_and_correct(own, samples.labels)
        temperature = scaled = None
        why = "the data has no validation images to fit a temperature on"
        if samples.validation is not None:
            images, labels = samples.validation
            try:
                temperature = fit_temperature(model.logits(samples.inputs(images)), labels)
                scaled = expected_calibration_error(own / temperature, samples.labels, bins=BINS)
                why = ""
            except InputError as error:
                why = str(error)
        found.append(
            Calibration(
                reliability=reliability(confidence, correct, bins=BINS),
                error_width=reliability(confidence, correct, bins=BINS).expected_error,
                error_mass=reliability(confidence, correct, bins=BINS, by="mass").expected_error,
                error_by_chance=chance_error(confidence, bins=BINS),
                temperature=temperature,
                error_scaled=scaled,
                why_not_scaled=why,
            )
        )
    return found[0], found[1]


def _corrupted(
    original: Classifier, compressed: Classifier, samples: Samples, most: int, seed: int, notes: list[str]
) -> tuple[tuple[Corrupted, ...], int]:
    if most == 0:
        return (), 0
    if not samples.from_pixels:
        notes.append("The images are no pixels from 0 to 1: they can't be corrupted, or shown.")
        return (), 0
    order = np.random.default_rng(seed).permutation(len(samples))[:most]
    chosen = torch.from_numpy(np.sort(order))
    images, labels, sources = samples.images[chosen], samples.labels[chosen], samples.sources[chosen.numpy()]
    found = []
    for corruption in CORRUPTIONS:
        if corruption == "jpeg" and images.shape[1] not in (1, 3):
            notes.append(f"Images of {images.shape[1]} channels can't be saved as JPEG.")
            continue
        for strength in STRENGTHS:
            inputs = samples.inputs(corrupt(images, corruption, strength, seed=seed))
            was, now = ((model.logits(inputs).argmax(1) == labels).numpy() for model in (original, compressed))
            change = accuracy_change(was, now, sources)
            found.append(Corrupted(corruption, strength, float(was.mean()), float(now.mean()), change))
    return tuple(found), len(chosen)


def _outliers(
    original: Classifier,
    compressed: Classifier,
    samples: Samples,
    unknown: Samples | None,
    known: tuple[Tensor, Tensor],
    seed: int,
) -> tuple[dict[str, tuple[float, float]], str]:
    if unknown is None:
        images, name = _shuffled(samples.images, seed), f"{samples.name} with the pixels of each image shuffled"
    else:
        images, name = unknown.images, unknown.name
        if unknown.from_pixels != samples.from_pixels:
            raise InputError(f"{unknown.name} and {samples.name} are not both pixels from 0 to 1: prepare both alike.")
    strange = [model.logits(samples.inputs(images)) for model in (original, compressed)]
    found: dict[str, tuple[float, float]] = {}
    for score in SCORES:
        areas = [auroc(outlier_score(k, score), outlier_score(u, score)) for k, u in zip(known, strange, strict=True)]
        found[score] = (areas[0], areas[1])
    if original.gives_probabilities or compressed.gives_probabilities:
        del found["energy"]  # which is 0 for every probability
    return found, name


def _shuffled(images: Tensor, seed: int) -> Tensor:
    """The pixels of each image in another order: its colours without its shapes."""
    n, channels, height, width = images.shape
    order = np.random.default_rng(seed).permuted(np.tile(np.arange(height * width), (n, 1)), axis=1)
    index = torch.from_numpy(order)[:, None].expand(-1, channels, -1)
    return images.flatten(2).gather(2, index).view(images.shape)
