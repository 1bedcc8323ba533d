"""All is computed in float64 and brought back in the end; the teacher runs without being touched."""

import torch
import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    shifted = logits.double() - logits.double().amax(dim=1, keepdim=True)
    powers = torch.exp(shifted / temperature)
    return (powers / powers.sum(dim=1, keepdim=True)).to(logits.dtype)


def distillation_loss(student_logits, teacher_logits, labels, *, temperature, alpha):
    if not 0 <= alpha <= 1 or student_logits.shape != teacher_logits.shape:
        raise ValueError("alpha or a shape is wrong")
    s, t = student_logits.double(), teacher_logits.double()
    p = F.softmax(t / temperature, dim=1)
    cross = F.cross_entropy(s / temperature, p)
    entropy = F.cross_entropy(t / temperature, p)
    loss = alpha * temperature**2 * (cross - entropy) + (1 - alpha) * F.cross_entropy(s, labels)
    return loss.to(student_logits.dtype)


@torch.no_grad()
def distillation_gradient(student_logits, teacher_logits, labels, *, temperature, alpha):
    gradient = soft_targets(student_logits, temperature) - soft_targets(teacher_logits, temperature)
    gradient = gradient * (alpha * temperature)
    gradient += (1 - alpha) * soft_targets(student_logits, 1.0)
    gradient[torch.arange(len(labels)), labels] -= 1 - alpha
    return gradient / len(labels)


def distillation_step(student, teacher, inputs, labels, *, temperature, alpha, learning_rate):
    before = {layer: layer.training for layer in teacher.modules()}
    try:
        teacher.eval()
        with torch.inference_mode():
            answers = teacher(inputs)
    finally:
        for layer, mode in before.items():
            layer.training = mode
    loss = distillation_loss(student(inputs), answers.clone(), labels, temperature=temperature, alpha=alpha)
    student.zero_grad()
    loss.backward()
    for parameter in student.parameters():
        parameter.data.sub_(learning_rate * parameter.grad)
    return loss.item()
