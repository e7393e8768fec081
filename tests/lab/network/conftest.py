"""The page *Network* without a browser."""

from __future__ import annotations

import pytest

import glassnet as gn
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.network import NetworkPage


@pytest.fixture
def alone() -> NetworkPage:
    """A page on the lecture's networks and the digit reader."""
    networks = {name: gn.lecture(name) for name in ("2-4-3-1", "1-3-3-1")} | {"digits": gn.load("digits")}
    return NetworkPage(Lab(networks), Outbox(lambda: None))
