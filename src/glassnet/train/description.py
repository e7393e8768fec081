"""What a training is, in a checkpoint: all that must be the same to go on with it, and what cannot be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.specification import Specification, to_json
from glassnet.ir.types import Array
from glassnet.train.identity import digest
from glassnet.train.training import Training


def description(training: Training) -> dict[str, Any]:
    """Everything that must be the same for a training to be the same, as JSON."""
    settings, network, identity = training.settings, training.network, training.identity
    tensors: dict[str, Array] = {}
    described = {
        "network": network.specification(tensors),
        "loss": to_json(settings.loss, tensors),
        "optimizer": to_json(settings.optimizer, tensors),
        "clip_value": settings.clip_value,
        "clip_norm": settings.clip_norm,
        "accumulate": settings.accumulate,
        "ema": settings.ema,
        **training.data,
        **(identity.digests if identity else {}),
        "callbacks": [{"name": type(one).__name__, **(one.settings() or {})} for one in training.deciding],
        "tensors": {name: digest(array) for name, array in tensors.items()},
    }
    try:
        text = json.dumps(described, default=_plain)
    except (TypeError, ValueError) as error:
        raise GlassnetError(f"the settings of callbacks must be numbers, texts, lists and the like: {error}") from None
    plain: dict[str, Any] = json.loads(re.sub(r" at 0x[0-9a-fA-F]+", "", text))  # addresses are new in each process
    return plain


def _plain(value: Any) -> Any:
    """A value that JSON lacks: NumPy's numbers and arrays as numbers and lists, anything else by its repr."""
    if isinstance(value, np.generic):
        return value.item()
    return digest(np.atleast_1d(value)) if isinstance(value, np.ndarray) else repr(value)


def unchecked(training: Training) -> list[str]:
    """What the outcome may depend on without being in the description: functions, streams, callbacks of one's own."""
    settings = training.settings
    specified = sorted({*_own_code((training.network.root, settings.loss, settings.optimizer))})
    watching = [type(one) for one in training.callbacks if not one.decides]
    callbacks = [f"the callback {kind.__name__}" for kind in watching if not _is_ours(kind)]
    return [*(training.identity.unchecked if training.identity else []), *specified, *callbacks]


def _own_code(specified: Any) -> Iterator[str]:
    """The classes and functions of the user's own in a specification, whose code may be another."""
    if isinstance(specified, Specification):
        parts = {field.name: getattr(specified, field.name) for field in fields(specified)}
        if isinstance(name := parts.get("function"), str):
            yield f"the {specified.family} {name}"
        elif not _is_ours(type(specified)):
            yield f"the {specified.family} {type(specified).__name__}"
        specified = tuple(parts.values())
    if isinstance(specified, tuple | list):
        for part in specified:
            yield from _own_code(part)


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith("glassnet.")
