"""Specifications: frozen dataclasses of hyperparameters that are found by name and saved as JSON.

Layers, activations, losses, initialisers, optimisers and schedules are specifications. A class is registered by being
defined. Reading JSON calls the constructors of registered classes and nothing else.
"""

from __future__ import annotations

import inspect
import sys
from abc import ABCMeta
from collections.abc import Iterator
from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
from itertools import chain, islice
from typing import Any, ClassVar, Self

import numpy as np

from glassnet.ir.elsewhere import unknown_name
from glassnet.ir.errors import GlassnetError, ModelFileError
from glassnet.ir.types import Array, Values
from glassnet.words import article, canonical, counted, unknown

NESTING_LIMIT = 90
"""How deep specifications, and lists of them, may stand in one another: to be made, to be saved and to be loaded."""
SIZE_LIMIT = 20_000
"""How many specifications may stand in one, counted as often as they are used."""
ELSEWHERE = {
    "lr": "learning_rate", "p": "rate", "bias": "biases", "use_bias": "biases", "out_features": "units",
    "kernel_initializer": "weights", "bias_initializer": "biases", "kernel_regularizer": "weights_penalty",
    "random_state": "seed", "random_seed": "seed", "alpha": "slope", "negative_slope": "slope", "eps": "epsilon",
    "requires_grad": "trainable", "kernel_size": "size", "pool_size": "size", "out_channels": "filters",
    "dilation_rate": "dilation", "scale_factor": "size",
    "num_heads": "heads", "n_heads": "heads", "n_head": "heads", "nhead": "heads",
    "is_causal": "causal", "use_causal_mask": "causal", "attn_mask": "mask", "attention_mask": "mask",
    "dim_feedforward": "hidden", "intermediate_dim": "hidden", "ffn_dim": "hidden", "sequence_length": "positions",
    "max_len": "positions", "num_embeddings": "entries", "embedding_dim": "units", "output_dim": "units",
    "return_sequences": "sequence", "go_backwards": "backwards", "hidden_size": "units",
    "recurrent_initializer": "recurrent_weights", "recurrent_regularizer": "recurrent_penalty",
}  # fmt: skip
"""What other libraries call a setting, where the nearest name alone would not lead to ours."""
OF_THE_NETWORK = {"input_shape", "input_dim", "in_features", "batch_input_shape"}
"""Settings of other libraries' layers that are the network's here."""


class SaidInWords(ABCMeta):
    """The metaclass of specifications: arguments that a class does not take are answered in our words, not Python's."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except TypeError as error:
            if (misfit := _misfit(cls, args, kwargs)) is None:
                raise
            raise GlassnetError(misfit) from error

    def __setattr__(cls, name: str, value: Any) -> None:
        """``dataclass`` gives each frozen class a ``__setattr__`` that refuses; this one says what to do instead."""
        super().__setattr__(name, _said_in_words(value) if name == "__setattr__" else value)

    @property
    def __signature__(cls) -> inspect.Signature:
        """What ``help`` and editors show: the settings, not this class's ``*args``."""
        signature = inspect.signature(cls.__init__)  # type: ignore[misc]  # of this class itself
        return signature.replace(parameters=list(signature.parameters.values())[1:], return_annotation=cls)


def _said_in_words(refuse: Any) -> Any:
    def setattr_(self: Any, name: str, value: Any) -> None:
        try:
            refuse(self, name, value)
        except FrozenInstanceError:
            raise FrozenInstanceError(self.instead_of_setting(name, value)) from None

    return setattr_


def _misfit(cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    """What is wrong with the number or the names of the arguments, in words; None where nothing is."""
    parameters = cls.__signature__.parameters
    try:
        cls.__signature__.bind(*args, **kwargs)
    except TypeError:
        pass
    else:
        return None
    settings = [name for name, p in parameters.items() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    in_order = [name for name in settings if parameters[name].kind is not inspect.Parameter.KEYWORD_ONLY]
    surplus = [name for name in kwargs if name not in settings]
    if (surplus or len(args) > len(in_order)) and (meant := cls.meant(args, kwargs)):
        return str(meant)
    for name in kwargs:
        if name in surplus:
            ours = ELSEWHERE.get(name, "")
            if name in OF_THE_NETWORK:
                return f"{cls.__name__} finds out its inputs; they belong to the network: gn.Network(3, gn.Dense(4))"
            hint = f"there is no setting {name!r}; here it is {ours!r}" if ours in settings else ""
            return f"{cls.__name__}: {hint or unknown('setting', name, settings)}"
        if name in in_order[: len(args)]:
            twice = f"{args[in_order.index(name)]!r} and {name}={kwargs[name]!r}"
            return f"{cls.__name__} is given {name} twice: {twice}"
    if len(args) > len(in_order):
        listed = f": {', '.join(in_order)}" if in_order else ""
        return f"{cls.__name__} is given {counted(len(args), 'value')} in order, and takes {len(in_order)}{listed}"
    if meant := cls.meant(args, kwargs):
        return str(meant)
    needed = [n for n in settings if parameters[n].default is inspect.Parameter.empty and n not in kwargs]
    lacking = [name for name in needed if name not in in_order[: len(args)]]
    return f"{cls.__name__} needs {' and '.join(lacking)}: write {cls.__name__}({', '.join(f'{n}=…' for n in lacking)})"


@dataclass(frozen=True)
class Specification(metaclass=SaidInWords):
    """A frozen dataclass that is known by its class's name; a direct subclass founds a family with names of its own.

    With ``member=True`` the founder is a member of its family too. A class of the user's may be defined again under its
    name, as a notebook's cell that is run twice does; a name of Glassnet's own is taken.

    Raises:
        GlassnetError: arguments that the class does not take, or a class with a name that Glassnet's own have.
    """

    known: ClassVar[dict[str, type[Specification]]] = {}
    family: ClassVar[str] = "specification"

    def __init_subclass__(cls, family: str | None = None, member: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if family is not None:
            cls.family, cls.known = family, {}
        if member or (family is None and not cls.__name__.startswith("_")):
            before = cls.known.get(canonical(cls.__name__))
            if before is not None and _is_ours(before) and before.__module__ != cls.__module__:
                raise GlassnetError(
                    f"there is already {article(cls.family)} {before.__name__} in Glassnet, which names and saved "
                    f"files mean; choose another name for your class {cls.__name__}"
                )
            cls.known[canonical(cls.__name__)] = cls

    def instead_of_setting(self, name: str, value: Any) -> str:
        """What to do instead of setting an attribute: what is frozen may be shared by networks and stand in files."""
        kind, names = type(self).__name__, [field.name for field in fields(self)]
        if name not in names:
            return unknown("setting", name, names)
        return f"{article(self.family)} cannot be changed; make another, {kind}(…, {name}={value!r})"

    @classmethod
    def meant(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        """What was perhaps meant by arguments that do not fit, in words; empty where nothing comes to mind."""
        return ""

    @classmethod
    def named(cls, name: str) -> Self:
        """The member of this family with that name, with its default hyperparameters.

        Raises:
            GlassnetError: there is none; the message has the nearest name.
        """
        complete = {key: member for key, member in cls.known.items() if not _required(member)}
        found = complete.get(canonical(name))
        if found is None:
            raise GlassnetError(unknown_name(cls.family, name, [member.__name__ for member in complete.values()]))
        return found()  # type: ignore[return-value]

    @classmethod
    def of(cls, given: str | Self) -> Self:
        """A name or a member of the family, as a member."""
        if isinstance(given, str):
            return cls.named(given)
        if isinstance(given, type) and issubclass(given, cls):
            raise GlassnetError(f"{given.__name__} is a class; write {given.__name__}(…)")
        if not isinstance(given, cls):
            instead = f"; {said}" if (said := cls.instead_of(given)) else ""
            name = f"the name of {article(cls.family)} or {article(cls.__name__)}"
            raise GlassnetError(f"expected {name}, got {given!r}{instead}")
        return given

    @classmethod
    def instead_of(cls, given: Any) -> str:
        """What to write instead of something that is no member of the family; empty where nothing comes to mind."""
        return ""


def _is_ours(cls: type[Specification]) -> bool:
    """Whether a class is one of Glassnet's own: examples in docstrings are in its modules, but not of them."""
    module = sys.modules.get(cls.__module__) if cls.__module__.startswith("glassnet.") else None
    return getattr(module, cls.__name__, None) is cls


def parts(value: Any) -> Iterator[Any]:
    """The specifications and lists that stand directly in a specification or a list."""
    inside = [getattr(value, f.name) for f in fields(value)] if isinstance(value, Specification) else value
    return (one for one in inside if isinstance(one, Specification | tuple | list))


def require_bounded(value: Specification) -> None:
    """Raise GlassnetError where a specification is nested too deep, or too large, to be traced, saved and loaded."""
    level: list[Any] = [value]
    count = 1
    for _ in range(NESTING_LIMIT):
        level = list(islice(chain.from_iterable(map(parts, level)), SIZE_LIMIT))
        count += len(level)
        if count > SIZE_LIMIT:
            raise GlassnetError(f"a network is made of at most {SIZE_LIMIT:,} layers and their settings; this has more")
        if not level:
            return
    deep = f"more than {NESTING_LIMIT} levels deep, of which a container takes two, itself and its list"
    raise GlassnetError(f"the {value.family}s are nested {deep}; write them in a row")


def _required(member: type[Specification]) -> list[str]:
    """The fields that have no default: a name alone does not say what such a member is."""
    return [f.name for f in fields(member) if f.init and f.default is f.default_factory is MISSING]


TENSORS = ".specification."
"""The prefix of a specification's own arrays: no parameter's name begins with a dot."""


def to_json(value: Any, tensors: dict[str, Array]) -> Any:
    """A specification as JSON; arrays inside are put into ``tensors`` and referred to by name.

    >>> to_json((1, [2, 3]), {})
    [1, {'list': [2, 3]}]
    """
    match value:
        case Specification():
            _require_only_fields(value)
            content = {f.name: to_json(getattr(value, f.name), tensors) for f in fields(value) if f.init}
            return {value.family: type(value).__name__, **content}
        case Values():
            name = f"{TENSORS}{len(tensors)}"
            tensors[name] = value.array
            return {"tensor": name}
        case tuple():
            return [to_json(item, tensors) for item in value]
        case list():
            return {"list": [to_json(item, tensors) for item in value]}
        case np.generic():
            return value.item()
        case None | bool() | int() | float() | str():
            return value
    raise GlassnetError(f"{article(type(value).__name__)} is nothing that a specification can hold: {value!r}")


def _require_only_fields(value: Specification) -> None:
    """Raise GlassnetError where a class keeps something outside its fields: it would be lost."""
    own = {f.name for f in fields(value)}
    parameters = type(value).__signature__.parameters.values()
    lost = [p.name for p in parameters if p.name not in own and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if "__dataclass_fields__" not in vars(type(value)):  # a plain class; others may keep what they derive from fields
        lost += [name for name in vars(value) if name not in own]
    if lost:
        raise GlassnetError(
            f"the class {type(value).__name__} keeps its {lost[0]} outside of its fields, where it would be lost; "
            f"write @dataclass(frozen=True) above the class and {lost[0]} as a field in it, without an __init__"
        )


def from_json(value: Any, tensors: dict[str, Array], families: dict[str, type[Specification]], depth: int = 0) -> Any:
    """The inverse of :func:`to_json`, for content that is not trusted: only members of ``families`` are made.

    Raises:
        ModelFileError: an unknown class or field, a missing tensor, nesting that is too deep, or a value that the class
            itself refuses.
    """
    if depth > NESTING_LIMIT:
        raise ModelFileError(f"the specification is nested more than {NESTING_LIMIT} levels deep")
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
    if set(value) == {"list"} and isinstance(value["list"], list):
        return list(from_json(value["list"], tensors, families, depth))
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
    "tuple": (tuple, list), "Sequence": (tuple, list), "Values": Values, "Array": Values,
}  # fmt: skip


def _fits(value: Any, annotation: Any) -> bool:
    """Whether a value from JSON is of the kind that its field is annotated with, as far as we know the annotation."""
    kinds = {**_KINDS, **{family.__name__: family for family in Specification.__subclasses__()}}
    names = [part.split("[")[0] for part in str(getattr(annotation, "__name__", annotation)).split(" | ")]
    return any(
        name not in kinds or (isinstance(value, kinds[name]) and (name == "bool" or not isinstance(value, bool)))
        for name in names
    )
