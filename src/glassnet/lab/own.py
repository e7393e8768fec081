"""A network of a script or a notebook in the lab."""

from __future__ import annotations

import sys
import threading
import webbrowser
from contextlib import suppress
from html import escape
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.ir.errors import DataError
from glassnet.ir.require import require_known
from glassnet.network import Network
from glassnet.words import counted

if TYPE_CHECKING:
    from glassnet.lab.server import Server

NAME = "network"
"""How a network of a script is called in the lab."""


def show(network: Network, x: Any = None, y: Any = None, *, page: str = NAME, port: int = 8765) -> OpenLab:
    """Open a network in the lab, in the browser, while the script or the notebook goes on.

    network: the lab has a copy, so that what is edited or trained there leaves it alone.
    x: samples of it (n, …), or one of them (…): where inputs are shown, the first one is.
    y: their targets (n, …).
    page: where it opens, such as "digits".
    port: or the next free one.

    It is closed by its ``close()``, and when the program ends; a script that has a terminal waits for Ctrl-C first. In
    a notebook, the result is a link. Only this machine can open it.

    Raises:
        DataError: x does not fit the network, or y has another number of samples.
        GlassnetError: there is no such page, or the lab cannot listen there.

    >>> import glassnet as gn
    >>> lab = gn.lab.show(gn.lecture(), x=[0.4, -0.7], port=0)
    >>> lab.address.startswith("http://127.0.0.1:")
    True
    >>> lab.close()
    """
    from glassnet.lab.page import Lab
    from glassnet.lab.pages import PAGES
    from glassnet.lab.server import Server, Settings, has_screen, is_watched
    from glassnet.lessons.lecture import LECTURE, lecture

    require_known("page", page, PAGES)
    samples = None if x is None else network.inputs_of(x)[0]
    targets = None if y is None else np.asarray(y)
    if targets is not None and np.ndim(x) == len(network.input_shape):
        targets = targets[None]
    if samples is not None and targets is not None and targets.shape[:1] != samples.shape[:1]:
        raise DataError(f"x has {counted(len(samples), 'sample')}, and y the shape {targets.shape}")
    networks = {NAME: network.copy(), **{name: lecture(name) for name in LECTURE}}
    lab = Lab(networks, NAME, {NAME: f"{NAME}.safetensors"}, samples, targets)
    is_script = hasattr(sys.modules["__main__"], "__file__") and not sys.flags.interactive
    opened = OpenLab(Server(lab, Settings(port=port)), page, is_script and is_watched())
    if has_screen():
        webbrowser.open(opened.address)
    return opened


class OpenLab:
    """A lab that :func:`show` has opened; printed, it says where.

    address: where it is, with the token, which nobody else should see.
    is_open: whether it is.

    >>> import glassnet as gn
    >>> lab = gn.lab.show(gn.lecture(), port=0)
    >>> lab.close()
    >>> lab, lab.is_open
    (The lab is closed, False)
    """

    def __init__(self, server: Server, page: str, stays: bool) -> None:
        self.address = server.address(page)
        self._server = server
        self._thread = Thread(target=server.run, name="lab", daemon=True)
        self._thread.start()
        # atexit would be too late: by then, no thread may begin, and each session has one
        threading._register_atexit(self._wait if stays else self.close)  # type: ignore[attr-defined]

    @property
    def is_open(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        """Close it, with all its pages."""
        self._server.stop()
        self._thread.join()

    def _wait(self) -> None:
        """Until Ctrl-C."""
        if self.is_open:
            print(f"{self}. Ctrl-C closes it.", file=sys.stderr)
            with suppress(KeyboardInterrupt):
                self._thread.join()
        self.close()

    def __repr__(self) -> str:
        return f"The lab is open at {self.address}" if self.is_open else "The lab is closed"

    def _repr_html_(self) -> str:
        """A link: browsers show no page that needs a cookie within another site's."""
        if not self.is_open:
            return f"<p>{self}</p>"
        return f'<p><a href="{escape(self.address)}" target="_blank" rel="noopener">Open the lab</a></p>'
