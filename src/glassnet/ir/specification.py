"""Specifications: frozen dataclasses of hyperparameters that are found by name and saved as JSON.

Layers, activations, losses, initialisers, optimisers and schedules are specifications. A class is registered by being
defined. Reading JSON calls the constructors of registered classes and nothing else.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Self

import numpy as np

from glassnet.ir.errors import GlassnetError, ModelFileError
from glassnet.ir.types import Array, Values
from glassnet.words import article, canonical, unknown


@dataclass(frozen=True)
class Specification:
    """A frozen dataclass that is known by its class's name; a direct subclass founds a family with names of its own.

    With ``member=True`` the founder is a member of its family too.
    """

    known: ClassVar[dict[str, type[Specification]]] = {}
    family: ClassVar[str] = "specification"

    def __init_subclass__(cls, family: str | None = None, member: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if family is not None:
            cls.family, cls.known = family, {}
        if member or (family is None and not cls.__name__.startswith("_")):
            cls.known[canonical(cls.__name__)] = cls

    @classmethod
    def named(cls, name: str) -> Self:
        """The member of this family with that name, with its default hyperparameters.

        Raises:
            GlassnetError: there is none; the message has the nearest name.
        """
        complete = {key: member for key, member in cls.known.items() if not _required(member)}
        found = complete.get(canonical(name))
        if found is None:
            raise GlassnetError(unknown(cls.family, name, (member.__name__ for member in complete.values())))
        return found()  # type: ignore[return-value]

    @classmethod
    def of(cls, given: str | Self) -> Self:
        """A name or a member of the family, as a member."""
        if isinstance(given, str):
            return cls.named(given)
        if isinstance(given, type) and issubclass(given, cls):
            raise GlassnetError(f"{given.__name__} is a class; write {given.__name__}(…)")
        if not isinstance(given, cls):
            raise GlassnetError(f"expected the name of {article(cls.family)} or {article(cls.__name__)}, got {given!r}")
        return given


def _required(member: type[Specification]) -> list[str]:
    """The fields that have no default: a name alone does not say what such a member is."""
    return [f.name for f in fields(member) if f.init and f.default is f.default_factory is MISSING]


TENSORS = ".specification."
"""What the names of a specification's own arrays begin with: no layer's name has a dot."""


def to_json(value: Any, tensors: dict[str, Array]) -> Any:
    """A specification as JSON; arrays inside are put into ``tensors`` and referred to by name."""
    match value:
        case Specification():
            content = {f.name: to_json(getattr(value, f.name), tensors) for f in fields(value) if f.init}
            return {value.family: type(value).__name__, **content}
        case Values():
            name = f"{TENSORS}{len(tensors)}"
            tensors[name] = value.array
            return {"tensor": name}
        case tuple() | list():
            return [to_json(item, tensors) for item in value]
        case np.generic():
            return value.item()
        case None | bool() | int() | float() | str():
            return value
    raise GlassnetError(f"a {type(value).__name__} cannot be saved in a specification: {value!r}")


def from_json(value: Any, tensors: dict[str, Array], families: dict[str, type[Specification]], depth: int = 0) -> Any:
    """The inverse of :func:`to_json`, for content that is not trusted: only members of ``families`` are made.

    Raises:
        ModelFileError: an unknown class or field, a missing tensor, nesting that is too deep, or a value that the class
            itself refuses.
    """
    if depth > 64:
        raise ModelFileError("the specification is nested more than 64 levels deep")
    if isinstance(value, list):
        return tuple(from_json(item, tensors, families, depth + 1) for item in value)
    if not isinstance(value, dict):
        return value
    if set(value) == {"tensor"}:
        if not isinstance(value["tensor"], str) or value["tensor"] not in tensors:
            raise ModelFileError(
                f"the specification refers to a tensor {value['tensor']!r} that the file does not have"
            )
        return Values(tensors[value["tensor"]])
    family = next((families[key] for key in value if key in families), None)
    if family is None:
        raise ModelFileError(f"the specification has an object with the unknown keys {', '.join(map(repr, value))}")
    name = value[family.family]
    cls = family.known.get(canonical(name)) if isinstance(name, str) else None
    if cls is None:
        raise ModelFileError(unknown(family.family, str(name)[:80], (m.__name__ for m in family.known.values())))
    arguments = {k: from_json(v, tensors, families, depth + 1) for k, v in value.items() if k != family.family}
    return _construct(cls, arguments)


def _construct(cls: type[Specification], arguments: dict[str, Any]) -> Specification:
    allowed = {f.name: f for f in fields(cls) if f.init}
    surplus = [name for name in arguments if name not in allowed]
    missing = [name for name in _required(cls) if name not in arguments]
    if surplus or missing:
        problem = f"the unknown field {surplus[0]!r}" if surplus else f"no field {missing[0]!r}"
        raise ModelFileError(f"{cls.family} {cls.__name__} has {problem}; its fields are {', '.join(allowed)}")
    for name, value in arguments.items():
        if not _fits(value, allowed[name].type):
            expected = f"expected {allowed[name].type}, got {value!r}"
            raise ModelFileError(f"{cls.family} {cls.__name__} has a field {name} of the wrong kind: {expected}")
    try:
        return cls(**arguments)
    except GlassnetError as error:
        raise ModelFileError(f"{cls.family} {cls.__name__} cannot be built: {error}") from None
    except (TypeError, ValueError, OverflowError, AttributeError) as error:
        raise ModelFileError(f"{cls.family} {cls.__name__} has a field of the wrong kind ({error})") from None


_KINDS: dict[str, type | tuple[type, ...]] = {
    "None": type(None), "bool": bool, "int": int, "float": (int, float), "str": str,
    "tuple": tuple, "Sequence": tuple, "Values": Values, "Array": Values,
}  # fmt: skip


def _fits(value: Any, annotation: Any) -> bool:
    """Whether a value from JSON is of the kind that its field is annotated with, as far as we know the annotation."""
    kinds = {**_KINDS, **{family.__name__: family for family in Specification.__subclasses__()}}
    names = [part.split("[")[0] for part in str(getattr(annotation, "__name__", annotation)).split(" | ")]
    return any(
        name not in kinds or (isinstance(value, kinds[name]) and (name == "bool" or not isinstance(value, bool)))
        for name in names
    )
