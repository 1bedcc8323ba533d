"""Whether an attack's failure means anything: a rounded model may hide its gradients instead of being robust.

Rounding has no gradient. The fake-quantized twin passes one on as if it did nothing (straight through), which may point
the wrong way, and is 0 wherever an activation was clipped. Before a quantized model is called robust, its twin's attack
must do what a true gradient does.

Reference:
    Athalye, Carlini and Wagner 2018, "Obfuscated Gradients Give a False Sense of Security" (the signs);
    Bengio et al. 2013, "Estimating or Propagating Gradients Through Stochastic Neurons" (straight through).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from compresslab.arguments import positive, share, whole
from compresslab.evaluation.attacks import fgsm, pgd, sign_noise
from compresslab.evaluation.mcnemar import mcnemar
from compresslab.modes import evaluating

Attack = Callable[[Tensor, Tensor], Tensor]
"""From images and labels to attacked images."""

_ALPHA = 0.01
_LARGE = 8  # times epsilon: what no model of images withstands


@dataclass(frozen=True)
class GradientCheck:
    """How many images are still right under each attack, and what speaks against the gradients.

    Attributes:
        n: images.
        epsilon: largest change of a pixel, 0 to 1.
        right: of the attacked model, by the name of the attack: "clean", "noise" (signs at random), "fgsm", "pgd",
            "large" (PGD with eight times the epsilon), and "transfer" (PGD on the source), where there is a source.
        deployed_right: the same images given to the deployed model; None where there is none.
        signs: of masked gradients, a sentence each; empty where nothing was found.

    >>> found = GradientCheck(100, 0.03, {"clean": 90, "noise": 89, "pgd": 88}, None, ("PGD does no more than noise.",))
    >>> found.masked
    True
    """

    n: int
    epsilon: float
    right: Mapping[str, int]
    deployed_right: Mapping[str, int] | None
    signs: tuple[str, ...]

    @property
    def masked(self) -> bool:
        """Whether anything speaks against the gradients: then the attack says nothing about robustness."""
        return bool(self.signs)


def check_gradients(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    epsilon: float,
    *,
    source: nn.Module | None = None,
    deployed: Callable[[Tensor], Tensor] | None = None,
    steps: int = 20,
    seed: int = 0,
    batch_size: int = 100,
) -> GradientCheck:
    """Attack a model in several ways, and look for what true gradients don't do.

    Signs of masking: PGD does no more harm than noise of equal size; one step does more than many; images made on the
    source do more than those made on the model itself; many steps with a large epsilon leave a good part right. A
    difference counts where McNemar's exact test finds it at 1%.

    Args:
        model: differentiable, from pixels from 0 to 1 to logits, such as a fake-quantized twin in `Normalized`.
        images: (N, C, H, W) floating point from 0 to 1.
        labels: (N,) int64.
        epsilon: largest change of a pixel, above 0 and below 1.
        source: the uncompressed model, also differentiable.
        deployed: what is shipped, such as an `OnnxModel` in `Normalized`: is given the images of every attack.
        steps: of PGD.
        seed: of noise and random starts.
        batch_size: images at a time, for the memory that gradients take.

    Raises:
        InputError: as `pgd`.

    >>> from compresslab.data import load
    >>> from compresslab.evaluation import Normalized
    >>> from compresslab.models import mlp
    >>> digits = load("digits")
    >>> images, model = digits.test.images[:20] / 255, Normalized(mlp(), digits.mean, digits.std)
    >>> sorted(check_gradients(model, images, digits.test.labels[:20], epsilon=0.05, steps=2).right)
    ['clean', 'fgsm', 'large', 'noise', 'pgd']
    """
    positive(epsilon=epsilon)
    share(one=False, epsilon=epsilon)
    whole(steps=steps)
    whole(batch_size=batch_size)
    attacks: dict[str, Attack] = {
        "clean": lambda x, y: x,
        "noise": lambda x, y: sign_noise(x, epsilon, seed=seed),
        "fgsm": lambda x, y: fgsm(model, x, y, epsilon),
        "pgd": lambda x, y: pgd(model, x, y, epsilon, steps=steps, seed=seed),
        "large": lambda x, y: pgd(model, x, y, min(1.0, _LARGE * epsilon), steps=steps, seed=seed),
    }
    if source is not None:
        attacks["transfer"] = lambda x, y: pgd(source, x, y, epsilon, steps=steps, seed=seed)
    targets: dict[str, Callable[[Tensor], Tensor]] = {"model": model}
    if deployed is not None:
        targets["deployed"] = deployed
    hits: dict[str, dict[str, list[Tensor]]] = {target: {name: [] for name in attacks} for target in targets}
    for x, y in zip(images.split(batch_size), labels.split(batch_size), strict=True):
        for name, attack in attacks.items():
            attacked = attack(x, y)
            for target, answer in targets.items():
                hits[target][name].append(_right(answer, attacked, y))
    right = {name: torch.cat(parts) for name, parts in hits["model"].items()}
    shipped = {name: int(torch.cat(parts).sum()) for name, parts in hits.get("deployed", {}).items()}
    return GradientCheck(
        n=len(images),
        epsilon=epsilon,
        right={name: int(found.sum()) for name, found in right.items()},
        deployed_right=shipped or None,
        signs=tuple(_signs(right)),
    )


def _right(model: Callable[[Tensor], Tensor], images: Tensor, labels: Tensor) -> Tensor:
    if isinstance(model, nn.Module):
        with evaluating(model), torch.no_grad():
            return model(images).argmax(1) == labels
    return model(images).argmax(1) == labels


def _signs(right: Mapping[str, Tensor]) -> list[str]:
    found = []
    if not _fewer(right["pgd"], right["noise"]) and right["noise"].any():
        found.append("PGD does no more harm than noise of the same size.")
    if _fewer(right["fgsm"], right["pgd"]):
        found.append("One step along the gradient does more harm than many.")
    if "transfer" in right and _fewer(right["transfer"], right["pgd"]):
        found.append("Images made on the source do more harm than those made on the model itself.")
    left, clean = int(right["large"].sum()), int(right["clean"].sum())
    if left > 0.1 * clean:
        found.append(f"Many steps with {_LARGE} times the size leave {left} of {clean} images right.")
    return found


def _fewer(attacked: Tensor, other: Tensor) -> bool:
    """Whether fewer are right under the first attack, beyond chance."""
    only_first, only_other = int((attacked & ~other).sum()), int((other & ~attacked).sum())
    return only_first < only_other and mcnemar(only_first, only_other).p_value < _ALPHA
