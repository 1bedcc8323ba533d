"""All five functions; log-probabilities first, everything else from them, in float64."""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def _logs(logits: Tensor, temperature: float) -> Tensor:
    exact = logits.to(torch.float64)
    return F.log_softmax((exact - exact.detach().amax(dim=1, keepdim=True)) / temperature, dim=1)


def soft_targets(logits: Tensor, temperature: float) -> Tensor:
    if temperature <= 0:
        raise ValueError("temperature must be above 0")
    return _logs(logits, temperature).exp().to(logits.dtype)


def distillation_loss(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    if student_logits.shape != teacher_logits.shape or min(alpha, 1 - alpha) < 0:
        raise ValueError("shapes or alpha")
    soft = F.kl_div(
        _logs(student_logits, temperature), _logs(teacher_logits.detach(), temperature), reduction="batchmean", log_target=True
    )
    hard = F.nll_loss(_logs(student_logits, 1), labels)
    return torch.lerp(hard, temperature**2 * soft, alpha).to(student_logits.dtype)


def distillation_gradient(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    with torch.no_grad():
        s, t = student_logits.double(), teacher_logits.double()
        soft = (soft_targets(s, temperature) - soft_targets(t, temperature)) * temperature
        hard = soft_targets(s, 1).scatter_add(1, labels[:, None], torch.full((len(s), 1), -1.0, dtype=s.dtype))
        return (alpha * soft + (1 - alpha) * hard).div(len(s)).to(student_logits.dtype)


def distillation_step(
    student: nn.Module,
    teacher: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    *,
    temperature: float,
    alpha: float,
    learning_rate: float,
) -> float:
    layers = list(teacher.modules())
    modes = [layer.training for layer in layers]
    places = [(layer, name, buffer) for layer in layers for name, buffer in layer._buffers.items() if buffer is not None]
    values = [buffer.detach().clone() for _, _, buffer in places]
    teacher.eval()
    try:
        with torch.no_grad():
            targets = teacher(inputs.clone())
    finally:
        for layer, mode in zip(layers, modes):
            layer.training = mode
        for (layer, name, buffer), value in zip(places, values):
            buffer.data.copy_(value)
            layer._buffers[name] = buffer
    for parameter in student.parameters():
        parameter.grad = None
    loss = distillation_loss(student(inputs.clone()), targets, labels, temperature=temperature, alpha=alpha)
    loss.backward()
    for parameter in student.parameters():
        parameter.data.add_(parameter.grad, alpha=-learning_rate)
    return loss.item()


def read_weights(value: float, convention: str, *, temperature: float, squared: bool) -> tuple[float, float]:
    match convention:
        case "soft" if 0 <= value <= 1:
            a, b = value, 1 - value
        case "labels" if 0 <= value <= 1:
            a, b = 1 - value, value
        case "added" if value >= 0:
            a, b = value, 1
        case _:
            raise ValueError(f"{convention}: {value}")
    a = a if squared else a / temperature**2
    return a / (a + b), float(a + b)
