"""Anscombe's quartet by a line and by a network: what each can and cannot do."""

from pathlib import Path

import pytest

from glassnet.lessons.quartet import as_network, quartet


def test_a_network_follows_the_curve_and_the_outlier_but_nothing_follows_ten_answers_to_one_x(tmp_path: Path) -> None:
    contests = quartet()
    sse = {one.name: one.sse for one in contests.contests}
    assert [line for line, _ in sse.values()] == pytest.approx([13.76, 13.78, 13.76, 13.74], abs=0.01)
    assert sse["II"][1] < 0.2
    assert sse["III"][1] < 0.2
    assert sse["IV"][1] == pytest.approx(13.74, abs=0.05)  # the best answer at x = 8 is the mean of ten
    assert [one.multiply_adds for one in contests.contests] == [(1, 8)] * 4
    for one in contests.contests:  # what is timed as the line is the line, and a network like the other
        assert as_network(one.line)(one.x[:, None])[:, 0] == pytest.approx(one.line.fitted)
        assert min(one.milliseconds) > 0
    assert max(map(len, str(contests).splitlines())) <= 80

    figure = contests.plot(tmp_path / "quartet.svg")
    assert [len(axes.lines) for axes in figure.axes] == [len(figure.axes[0].lines)] * 4
    assert (tmp_path / "quartet.svg").read_text().startswith("<?xml")
    assert str(contests).splitlines()[2].split()[0] == "II"
