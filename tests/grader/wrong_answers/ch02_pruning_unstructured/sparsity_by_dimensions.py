"""Whatever has two or more dimensions is taken for a weight: an embedding, too.

loses: sparsity_weights
says: an embedding's has two dimensions
"""


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        return sum(int((tensor == 0).sum()) for tensor in tensors) / max(1, total)

    weights = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    return {"weights": share(weights), "model": share(list(model.parameters()))}
