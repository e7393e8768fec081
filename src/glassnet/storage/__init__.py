"""Model files: ``storage.write`` puts named arrays and a specification into one, ``storage.read`` takes them out."""

from glassnet.storage.safetensors import naming, read, read_arrays, require_finite, require_fits, under, write
from glassnet.storage.seal import SEAL, require_seal, sealed

__all__ = [
    "SEAL",
    "naming",
    "read",
    "read_arrays",
    "require_finite",
    "require_fits",
    "require_seal",
    "sealed",
    "under",
    "write",
]
