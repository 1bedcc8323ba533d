"""One loss for all: the labels and the teacher, of a model whose masks and steps are a part of its forward pass.

Quantization and pruning need no term of their own. The model that is trained *is* rounded and masked, so the loss of
its answers is the price of both, and its gradient reaches weights, scales and (annealed) masks.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import positive, share
from compresslab.data import Batch
from compresslab.distillation import answers, distillation_loss, frozen
from compresslab.joint.conflict import gradients, project, with_gradient
from compresslab.training.step import Objective


def joint_objective(
    teacher: nn.Module | None, *, temperature: float = 4.0, alpha: float = 0.9, projected: bool = False
) -> Objective:
    """The objective for `training.fit`: cross-entropy on the labels, or with the teacher's answers as well.

    Args:
        teacher: the uncompressed model; copied, frozen, in evaluation mode. None trains on the labels alone.
        temperature, alpha: of `distillation_loss`; alpha weighs the teacher, 1 - alpha the labels.
        projected: take from the gradient of either term what goes against the other (PCGrad), so that a step takes two
            backward passes. In fp32 or bfloat16: the loss that comes back is no function to scale for fp16.

    Returns:
        A function of (model, batch) that gives (loss, logits). The loss has the value of the weighted sum either way.

    Raises:
        InputError: a setting is out of its range.

    >>> import torch
    >>> batch = Batch(torch.zeros(1, 2), labels=torch.tensor([0]), ids=torch.tensor([0]))
    >>> loss, _ = joint_objective(nn.Linear(2, 2), alpha=0.5, projected=True)(nn.Linear(2, 2), batch)
    >>> loss.requires_grad
    True
    """
    positive(temperature=temperature)
    share(alpha=alpha, hint="0 is labels only, 1 teacher only")
    fixed = None if teacher is None else frozen(teacher)

    def objective(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        logits = model(batch.images)
        labels = F.cross_entropy(logits.float(), batch.labels)
        if fixed is None:
            return labels, logits
        teacher_logits = answers(fixed, batch.images)
        soft = distillation_loss(logits, teacher_logits, batch.labels, temperature=temperature, alpha=1.0)
        labels, soft = (1 - alpha) * labels, alpha * soft
        if not projected:
            return labels + soft, logits
        parameters = list(model.parameters())
        one, other = project(gradients([labels, soft], parameters))
        return with_gradient(labels + soft, parameters, one + other), logits

    return objective
