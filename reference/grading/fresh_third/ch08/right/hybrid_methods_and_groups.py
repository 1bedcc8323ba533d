"""One method for each term, called by name; the optimizer has two groups, with all settings in both."""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


class HybridLoss(nn.Module):
    """Labels, soft targets, a hint and relations, as one loss."""

    def __init__(self, student_width: int, teacher_width: int, weights: dict[str, float], temperature: float) -> None:
        super().__init__()
        self.projector = nn.Linear(student_width, teacher_width, bias=False)
        self._weights = {name: float(weight) for name, weight in weights.items()}
        self._temperature = float(temperature)

    def _labels(self, s_logits: Tensor, t_logits: Tensor, labels: Tensor, s: Tensor, t: Tensor) -> Tensor:
        return F.cross_entropy(s_logits, labels)

    def _soft(self, s_logits: Tensor, t_logits: Tensor, labels: Tensor, s: Tensor, t: Tensor) -> Tensor:
        log_q = torch.log_softmax(s_logits.double() / self._temperature, dim=1)
        log_p = torch.log_softmax(t_logits.detach().double() / self._temperature, dim=1)
        divergence = torch.sum(log_p.exp() * (log_p - log_q)) / len(labels)
        return (self._temperature**2 * divergence).to(s_logits.dtype)

    def _hint(self, s_logits: Tensor, t_logits: Tensor, labels: Tensor, s: Tensor, t: Tensor) -> Tensor:
        return hint_loss(self.projector(s), t.detach())

    def _relation(self, s_logits: Tensor, t_logits: Tensor, labels: Tensor, s: Tensor, t: Tensor) -> Tensor:
        return relation_loss(s, t.detach())

    def forward(
        self,
        student_logits: Tensor,
        teacher_logits: Tensor,
        labels: Tensor,
        student_features: Tensor,
        teacher_features: Tensor,
    ) -> Tensor:
        """The weighted sum of the terms."""
        total = student_logits.new_zeros(())
        for name, weight in self._weights.items():
            if weight > 0:
                term = getattr(self, f"_{name}")
                total = total + weight * term(student_logits, teacher_logits, labels, student_features, teacher_features)
        return total


def make_optimizer(
    student: nn.Module, loss: nn.Module, *, learning_rate: float, momentum: float
) -> torch.optim.Optimizer:
    settings = {"lr": learning_rate, "momentum": momentum, "weight_decay": 0.0}
    groups = [{"params": list(module.parameters()), **settings} for module in (student, loss)]
    return torch.optim.SGD([group for group in groups if group["params"]], **settings)
