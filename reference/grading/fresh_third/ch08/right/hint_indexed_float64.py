"""Takes out what counts with the mask as an index, and computes in float64."""
from torch import Tensor


def hint_loss(student: Tensor, teacher: Tensor, mask: Tensor | None = None) -> Tensor:
    s, t = (student, teacher.detach()) if mask is None else (student[mask], teacher.detach()[mask])
    s, t = s.double(), t.double()
    return ((s - t).square().mean() / t.square().mean()).to(student.dtype)
