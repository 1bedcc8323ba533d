"""Right: recursion over the children with the ids of the tensors met; returns a defaultdict, which is a dict."""
import itertools
from collections import defaultdict

from torch import nn


def bytes_by_dtype(model: nn.Module) -> dict[str, int]:
    sizes = defaultdict(int)
    met = set()

    def visit(module):
        own = itertools.chain(module.parameters(recurse=False), module.buffers(recurse=False))
        for tensor in own:
            if id(tensor) not in met:
                met.add(id(tensor))
                sizes[repr(tensor.dtype).removeprefix("torch.")] += tensor.nbytes
        for child in module.children():
            visit(child)

    visit(model)
    return sizes
