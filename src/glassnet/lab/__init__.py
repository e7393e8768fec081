"""The lab: the network on the table, every number answerable. Python computes, the browser shows and asks.

A browser's tab has one page (``pages/``, one file each) behind one WebSocket (``session.py``). Its messages are frozen
dataclasses (``messages.py`` reads and writes them), from which the browser's types are made. The front end is in
``web/``.
"""
