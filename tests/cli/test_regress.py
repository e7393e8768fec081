"""glassnet regress: the line through a table, drawn and explained."""

from pathlib import Path

import glassnet as gn
from tests.cli.conftest import Run


def test_regress(run: Run, tmp_path: Path) -> None:
    """Anscombe's first set: y = 3.00 + 0.500 x, R² = 0.67."""
    x, y = gn.data.anscombe()["I"]
    rows = "".join(f"{a:g},{b:g}\n" for a, b in zip(x, y, strict=True))
    (tmp_path / "one.csv").write_text(f"x,y\n{rows}", encoding="utf-8")
    result = run("regress", "one.csv", "--target", "y", "--plot", "line.svg", "--explain")
    assert result.exit_code == 0, result.output
    for found in ("y = 0.500091·x + 3.00009", "0.666542", "Drawn in line.svg."):
        assert found in result.stdout
    assert Path("line.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")
    (tmp_path / "rents.csv").write_text("area in m²,rent in $\n" + rows, encoding="utf-8")
    stdout = run("regress", "rents.csv", "--target", "rent in $", "--plot", "rents.svg", "--explain").stdout
    for found in ("rent in $ = 0.500091·area in m² + 3.00009", "The model rent in $ = b + m·area in m²"):
        assert found in stdout
    picture = Path("rents.svg").read_text(encoding="utf-8")
    assert ">rent in $<" in picture
    assert ">area in m²<" in picture
    plot = tmp_path / "quartet.png"
    stdout = run("regress", "anscombe", "--plot", plot).stdout
    assert "slope" in stdout
    assert "multiply-adds" in stdout
    assert "0.816" in stdout
    assert plot.exists()


def test_regress_with_categories_dates_and_gaps(run: Run, rents: Path) -> None:
    with rents.open("a", encoding="utf-8") as file:
        file.write("flat 120,,Wien,1970-01-01,900\n")
    drawn = run("regress", rents, "--target", "rent", "--plot", "line.svg")
    assert drawn.exit_code == 0, drawn.output
    assert "Drawn in line.svg (the residuals: inputs can be drawn if they are one or two, and numbers)." in drawn.stdout
    assert ">residual of rent<" in Path("line.svg").read_text(encoding="utf-8")
    result = run("regress", rents, "--target", "rent", "--exact", "--ignore", "built")
    assert result.exit_code == 0, result.output
    assert "Left out 1 of 121 rows, in which 'area' is missing" in result.stdout
    line = next(line for line in result.stdout.splitlines() if line.startswith("town=Wien"))
    assert abs(float(line.split()[1]) - 300) < 0.01
