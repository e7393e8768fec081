"""Every public name explains itself: a text of its own, with an example that the doctests run."""

import doctest
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import glassnet

MODULES = [glassnet, glassnet.ops, glassnet.data, glassnet.metrics]


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
