"""Checks of a builder's settings, shared by the networks."""

from compresslab.errors import InputError


def require_positive(**settings: int) -> None:
    """Raise an `InputError` for the first setting below 1."""
    for name, value in settings.items():
        if value < 1:
            raise InputError(f"{name}={value} must be at least 1.")
