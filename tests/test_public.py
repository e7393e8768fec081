"""Every public name explains itself: a text of its own, with an example that the doctests run."""

import ast
import doctest
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import glassnet

FAMILIES = [
    "activations", "callbacks", "data", "drawing", "initializers", "lab", "layers", "losses", "metrics", "ops",
    "optimizers", "schedules",
]  # fmt: skip
MODULES = [glassnet, *(getattr(glassnet, family) for family in FAMILIES)]


def public(module: ModuleType) -> list[str]:
    """The names a module means to be used: its ``__all__``, or else what it defines without an underscore."""
    own = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    return getattr(module, "__all__", [name for name in own if not name.startswith("_")])


def things() -> Iterator[Any]:
    for module in MODULES:
        yield pytest.param(module, id=module.__name__)
        for name in public(module):
            yield pytest.param(getattr(module, name), id=f"{module.__name__}.{name}")


@pytest.mark.parametrize("thing", list(things()))
def test_a_public_name_has_a_text_of_its_own_with_an_example(thing: object) -> None:
    text = inspect.cleandoc(thing.__doc__ or "")  # unlike getdoc, not one it inherits
    assert text.split(">>>")[0].strip(), "nothing says in words what it is"
    examples = doctest.DocTestParser().get_examples(text)
    assert examples, "its text has no >>> example"
    assert any(example.want for example in examples) or len(examples) > 2, "its example shows nothing"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_list_of_public_names_is_of_things_that_are_there(module: ModuleType) -> None:
    listed = public(module)
    assert len(set(listed)) == len(listed)
    assert not [name for name in listed if not hasattr(module, name)]


def test_type_checkers_and_python_see_the_same_public_names() -> None:
    tree = ast.parse(Path(glassnet.__file__).read_text(encoding="utf-8"))
    seen = {alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen - {None} == set(glassnet.__all__)


def test_tab_completion_offers_modules_and_daily_names_and_nothing_private() -> None:
    offered = set(dir(glassnet))
    assert {*FAMILIES, "Network", "Dense", "Adam", "LinearRegression", "Practice", "load", "lecture"} <= offered
    assert offered - {"__version__"} <= set(glassnet.__all__)
    assert not offered & {"Any", "TYPE_CHECKING", "import_module", "HeNormal"}


@pytest.mark.parametrize("family", [family for family in FAMILIES if family not in ("drawing", "lab", "ops")])
def test_tab_completion_in_a_family_offers_its_public_names_alone(family: str) -> None:
    module = getattr(glassnet, family)
    assert dir(module) == sorted(module.__all__)


def test_a_flat_name_is_the_one_in_its_module() -> None:
    assert glassnet.optimizers.Adam is glassnet.Adam
    assert glassnet.losses.Huber is glassnet.Huber
    assert glassnet.callbacks.Checkpoint is glassnet.Checkpoint
    assert glassnet.load == glassnet.Network.load


def test_a_name_that_is_not_there_is_an_error_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Dens'"):
        glassnet.Dens  # noqa: B018
    with pytest.raises(ImportError):
        from glassnet import nothing_of_that_name  # noqa: F401
