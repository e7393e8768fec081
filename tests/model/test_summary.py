"""A network as notebooks show it: the table of its layers."""

from xml.etree import ElementTree

import glassnet as gn


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
    assert heading == ["name", "layer", "activation", "output", "parameters"]
    assert (
        found
        == net.summary().rows
        == [
            ["flatten_1", "Flatten", "", "4", "0"],
            ["dense_1", "Dense", "leaky relu", "3", "15"],
            ["batchnorm_1", "BatchNorm", "", "3", "frozen 6"],
            ["<b>", "Dense", "softmax", "2", "8"],
        ]
    )
    assert "29 parameters, 23 trainable and 6 frozen; 116 bytes" in str(net.summary())
    net.freeze(*net.layers)
    assert "29 parameters, all frozen" in net.summary()._repr_html_()


def test_a_summary_fits_80_columns_and_is_its_own_repr() -> None:
    deep = [
        gn.Dense(20, gn.LeakyRelu(0.1), name=f"layer with a long name, as people give them, {i}") for i in range(60)
    ]
    for layers in (deep, [gn.Rescale(0.5), gn.Dense(3, "hard sigmoid", trainable=False)], [gn.Activation("relu")]):
        summary = gn.Network((200, 100), *layers).summary()
        lines = str(summary).splitlines()
        assert max(map(len, lines)) <= 80
        assert repr(summary) == str(summary)
        assert len(summary.rows) == len(layers)


def test_sizes_that_follow_a_free_number_of_steps_are_no_numbers() -> None:
    """Nor is what one answer takes: it is for a number of steps, which is said."""
    layers = gn.Embedding(5, 4), gn.Conv1D(3, 2, stride=2), gn.GRU(2, sequence=True), gn.GlobalMaxPool(), gn.Dense(1)
    summary = gn.Network((None,), *layers).summary()
    assert [row[3] for row in summary.rows] == ["steps × 4", "steps × 3", "steps × 2", "2", "1"]
    assert str(summary).endswith("for one answer to 8 steps")
    assert [row[3] for row in gn.Network(8, *layers).summary().rows][:2] == ["8 × 4", "4 × 3"]
    assert str(gn.Network(8, *layers).summary()).endswith("for one answer")
