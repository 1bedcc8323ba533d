"""Two bytes a parameter, whatever the width: 7 billion in float32 become 14 GB.

loses: memory_by_width
says: 14 GB is what 7 billion parameters take at 16 bits
"""


def memory_bytes(parameters, bits):
    return 2 * parameters
