"""A byte that is partly used is dropped.

loses: memory_packed
says: a byte begun is a byte used
"""


def memory_bytes(parameters, bits):
    return parameters * bits // 8
