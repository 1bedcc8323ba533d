"""Goes over the state dict and asks a function for each name, instead of writing the names down."""
from compresslab.models import BasicBlock


def coupled_group(block: BasicBlock) -> dict[str, int]:
    state = block.state_dict()
    projected = any(name.startswith("downsample") for name in state)

    def dimension(name, tensor):
        layer = name.partition(".")[0]
        if tensor.dim() == 0 or layer == "bn1":
            return None
        if layer == "conv1":
            return 1 if not projected and name.endswith("weight") else None
        return 0

    found = {name: dimension(name, tensor) for name, tensor in state.items()}
    return {name: dim for name, dim in found.items() if dim is not None}
