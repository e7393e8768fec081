"""What a history says: a mapping of columns, a picture, and in notebooks a table."""

from pathlib import Path

import glassnet as gn
from tests.model.test_summary import cells
from tests.train import job


def test_a_history_is_a_mapping_of_columns() -> None:
    history = gn.History()
    assert (history.epochs, list(history), history.stopped) == (0, [], "")
    history.append({"loss": 2.0, "accuracy": 0.5})
    history.append({"loss": 1.0, "accuracy": 1.0})
    assert dict(history) == {"loss": [2.0, 1.0], "accuracy": [0.5, 1.0]}
    assert repr(history) == "History(2 epochs; last: loss 1, accuracy 1)"


def test_its_picture(tmp_path: Path) -> None:
    net = job.network()
    history = net.fit(job.X, job.Y, epochs=3, validation=0.2)
    figure = history.plot(tmp_path / "history.png")
    assert [axes.get_title() for axes in figure.axes] == ["loss", "accuracy"]
    for axes, name in zip(figure.axes, ("loss", "accuracy"), strict=False):
        lines = {line.get_label(): list(line.get_ydata()) for line in axes.get_lines()}
        assert lines == {"training": history[name], "validation": history[f"validation_{name}"]}
        assert list(axes.get_lines()[0].get_xdata()) == [1, 2, 3]
    assert (tmp_path / "history.png").stat().st_size > 1000


def test_a_history_is_a_table_of_epochs() -> None:
    net = gn.Network(1, gn.Dense(1))
    history = net.fit([[0.0], [1.0]], [[1.0], [3.0]], epochs=100, validation=([[1.0]], [[2.0]]))
    heading, *found = cells(history._repr_html_())
    assert heading[:2] == ["epoch", "loss"]
    assert "validation mae" in heading
    assert [found[0][0], found[-1][0], len(found)] == ["1", "100", 20]
    assert found[-1][1] == f"{history['loss'][-1]:.4g}"
    assert cells(gn.History()._repr_html_()) == [["epoch"]]
