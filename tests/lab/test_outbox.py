"""What waits to be sent: replies all, news and frames only the newest, frames only as they are painted."""

from __future__ import annotations

import numpy as np

from glassnet.lab.outbox import HEADER, WINDOW, Outbox


def everything(box: Outbox) -> list[str | bytes]:
    sent = []
    while (message := box.next()) is not None:
        sent.append(message)
    return sent


def test_replies_keep_their_order_and_go_first() -> None:
    box = Outbox(lambda: None)
    box.frame(0, 1, np.zeros(1))
    box.event("Loss", "news")
    for text in "abc":
        box.reply(text)
    assert everything(box)[:4] == ["a", "b", "c", "news"]


def test_news_of_one_name_is_replaced() -> None:
    box = Outbox(lambda: None)
    for step in range(9):
        box.event("Loss", f"loss {step}")
        box.event("Step", f"step {step}")
    assert everything(box) == ["loss 8", "step 8"]


def test_a_browser_that_does_not_paint_gets_no_more_frames() -> None:
    box = Outbox(lambda: None)
    sent = []
    for step in range(100):
        box.frame(3, step, np.array([step, 0.5]))
        sent += everything(box)
    assert len(sent) == WINDOW
    box.acknowledge(1)
    [newest] = everything(box)
    assert isinstance(newest, bytes)
    assert HEADER.unpack(newest[: HEADER.size]) == (WINDOW + 1, 99, 3, 0)
    assert np.frombuffer(newest[HEADER.size :], "<f4").tolist() == [99.0, 0.5]


def test_frames_that_were_never_sent_cannot_be_acknowledged() -> None:
    box = Outbox(lambda: None)
    for sequence in (10**12, -5, 1):
        box.acknowledge(sequence)
    sent = 0
    for step in range(10):
        box.frame(0, step, np.zeros(1))
        sent += len(everything(box))
    assert sent == WINDOW
