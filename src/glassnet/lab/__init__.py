"""The lab: the network on the table, every number answerable. ``glassnet lab`` opens it; :func:`show`, from Python.

>>> import glassnet as gn
>>> lab = gn.lab.show(gn.lecture("1-3-3-1"), x=[0.3], port=0)
>>> lab.is_open
True
>>> lab.close()

How it is made: Python computes, the browser shows and asks. A browser's tab has one page (``pages/``, one file each)
behind one WebSocket (``session.py``). Its messages are frozen dataclasses (``messages.py`` reads and writes them), from
which the browser's types are made. The front end is in ``web/``.
"""

from glassnet.lab.own import OpenLab, show

__all__ = ["OpenLab", "show"]
