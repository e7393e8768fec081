"""Networks and histories as notebooks show them."""

from xml.etree import ElementTree

import glassnet as gn
from glassnet.model.table import HEADING, rows


def cells(html: str) -> list[list[str]]:
    """The rows of the one table; reading it fails where it is no well-formed HTML."""
    page = ElementTree.fromstring(f"<div>{html}</div>")
    return [["".join(cell.itertext()) for cell in row] for row in page.iter("tr")]


def test_a_network_is_a_table_of_its_layers() -> None:
    net = gn.Network(
        (2, 2), gn.Flatten(), gn.Dense(3, gn.LeakyRelu(0.1)), gn.BatchNorm(), gn.Dense(2, "softmax", name="<b>")
    )
    net.freeze("batchnorm_1")
    heading, *found = cells(net._repr_html_())
    assert heading == list(HEADING)
    assert found == [
        ["flatten_1", "Flatten", "", "4", "0"],
        ["dense_1", "Dense", "leakyrelu", "3", "15"],
        ["batchnorm_1", "BatchNorm", "", "3", "6 (frozen)"],
        ["<b>", "Dense", "softmax", "2", "8"],
    ]
    total = sum(int(row[-1].split()[0]) for row in rows(net.layers, net.graph, net.parameters))
    assert total == net.operations().parameters


def test_a_history_is_a_table_of_epochs() -> None:
    net = gn.Network(1, gn.Dense(1))
    history = net.fit([[0.0], [1.0]], [[1.0], [3.0]], epochs=100, validation=([[1.0]], [[2.0]]))
    heading, *found = cells(history._repr_html_())
    assert heading[:2] == ["epoch", "loss"]
    assert "validation mae" in heading
    assert [found[0][0], found[-1][0], len(found)] == ["1", "100", 20]
    assert found[-1][1] == f"{history['loss'][-1]:.4g}"
    assert cells(gn.History()._repr_html_()) == [["epoch"]]
