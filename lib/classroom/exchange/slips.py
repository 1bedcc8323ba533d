"""Common slips in Python and PyTorch, known by the exception that they raise, each with its cause in words."""

import re

# (part of the learner's line, part of the message): the first pair that fits both; "" fits everything.
_CAUSES = (
    (
        r"CrossEntropyLoss\(|MSELoss\(|KLDivLoss\(", r"Boolean value of Tensor|positional argument",
        "a loss of torch.nn is a class: make one first, `nn.CrossEntropyLoss()(logits, labels)`, or call the function "
        "of torch.nn.functional",
    ),
    (
        "", r"Boolean value of Tensor|truth value of an array",
        "`if`, `and`, `or`, `not` and `in` need one truth value, and a comparison of tensors gives many: use .all(), "
        ".any(), torch.equal, or & and | between them",
    ),
    (
        r"bias", r"'NoneType' object|'bool' object|unsupported operand type\(s\) for .*'NoneType'|must be Tensor, not "
        r"(NoneType|bool)",
        "a layer made with bias=False has `bias` None (and `None == 0` is False): ask `is not None` first",
    ),
    (
        "", r"'NoneType' object|unsupported operand type\(s\) for .*'NoneType'|must be Tensor, not NoneType",
        "something is None here: the bias of a layer without one, the gradient of a frozen parameter or from before "
        "`backward()`, the result of a function that works in place",
    ),
    (
        "", r"cannot assign '.*' as parameter",
        "an attribute that holds a parameter takes an nn.Parameter: wrap the tensor in one, or copy the values in "
        "place (`with torch.no_grad(): layer.weight.copy_(...)`)",
    ),
    (
        "", r"index -?\d+ is out of bounds",
        "a position in the flattened tensor is no index into the tensor itself: flatten it first, and give it its "
        "shape back in the end",
    ),
    (
        "", r"leaf Variable that requires grad .* in-place",
        "changing a parameter must be hidden from autograd: `with torch.no_grad():`",
    ),
    ("", r"Can't call numpy\(\) on Tensor that requires grad", "`detach()` comes before `numpy()`"),
    ("", r"unsupported ScalarType BFloat16", "NumPy has no bfloat16: use torch's own functions"),
    (
        "", r"view size is not compatible|view\(\) .*contiguous",
        "`view` needs a tensor that lies in memory without gaps, which not every argument does: `reshape` and "
        "`flatten` take any",
    ),
    (
        "", r"same dtype, but got|same dtype, got|expected scalar type|must have the same dtype",
        "a new tensor or layer is float32 unless it is told otherwise: does it get the argument's `dtype`?",
    ),
    (
        "", r"with (two|a) bool tensors? is not supported|not implemented for 'Bool'",
        "a bool tensor doesn't take part in this arithmetic: turn it into numbers (`.float()`, `.to(x.dtype)`, "
        "`.int()`), or use `~`, `&`, `|` and `^`",
    ),
    (
        "", r"not implemented for '(Long|Int|Short|Char|Byte)'|must be either a floating point or complex dtype",
        "this works on floating-point numbers only: `.float()` comes first",
    ),
    ("", r"shapes cannot be multiplied", "which dimension counts the inputs? nn.Linear's weight is (out, in)"),
    (
        "", r"element 0 of tensors does not require grad",
        "the way from the loss back to the parameters is cut: by `detach()`, `.item()`, `torch.no_grad()`, or an "
        "assignment of new values",
    ),
    (
        "", r"backward through the graph a second time",
        "a result of an earlier step is still part of this one: `detach()` what is kept from step to step",
    ),
    ("", r"unexpected keyword argument|required positional argument", "keep the names and order of the arguments"),
    (
        "", r"changed size during iteration|mutated during iteration",
        "a dict changes while a loop goes over it: go over `list(...)` of it, or make a new one",
    ),
)  # fmt: skip


def cause(text: str, where: str) -> str:
    """The likely cause of an exception; "" where none is known.

    Args:
        text: the exception's message.
        where: the learner's line that raised it.
    """
    fits = (hint for line, message, hint in _CAUSES if re.search(line, where) and re.search(message, text))
    return next(fits, "")
