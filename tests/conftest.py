"""What every test shares: Hypothesis draws the same examples each time, and nothing is waited for without need."""

import gc
import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

from glassnet.compile import jit

settings.register_profile("default", deadline=None, derandomize=True, print_blob=True)  # it says how to repeat one
settings.load_profile("default")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: the garbage collector need not look through it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """What a disk keeps when the power fails, no test can see; that files are synced, and when, test_files.py holds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture
def nothing_downloaded(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache without data, also for the programs that are started; machine code is kept where it always is."""
    cache, kernels = tmp_path_factory.mktemp("cache"), jit.folder()
    if kernels is not None:
        (cache / "kernels").symlink_to(kernels, target_is_directory=True)
    monkeypatch.setenv("GLASSNET_CACHE", str(cache))
