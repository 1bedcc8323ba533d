"""Uses that two maps of length 1 are at the squared distance 2 - 2 cos: but a sample of zeros has a map of length 0.

Text: "A sample that is 0 throughout gives 0"; "the squared distance of the two attention maps".
Input: student and teacher of zeros gives 2; promised is 0. A student of zeros alone: 2; promised is 1.
"""
from torch import Tensor


def attention_loss(student: Tensor, teacher: Tensor) -> Tensor:
    likeness = (attention_map(student) * attention_map(teacher.detach())).sum(dim=1)
    return (2 - 2 * likeness).mean()
