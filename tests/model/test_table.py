"""A network as notebooks show it: the table of its layers."""

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
