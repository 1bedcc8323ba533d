"""Reference implementations of model compression in PyTorch, one technique a module."""
