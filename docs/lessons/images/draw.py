"""Draws the lessons' pictures: runs each lesson in an empty folder and keeps the pictures that its own code writes.

    python docs/lessons/images/draw.py docs/lessons/01-regression.md

Without names all lessons are run. Blocks that need what isn't there (MNIST, PyTorch) are left out, with their pictures.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def draw(lesson: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from pathlib import Path; from tests.docs import page; "
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-X", "utf8", "-c", code + f"page.main(Path({str(lesson)!r}))"]
        subprocess.run(command, cwd=folder, check=True)
        for picture in sorted(Path(folder).iterdir()):
            if picture.suffix in (".svg", ".png"):
                shutil.copyfile(picture, HERE / picture.name)
                print(picture.name, picture.stat().st_size)


for lesson in map(Path, sys.argv[1:] or sorted(HERE.parent.glob("*.md"))):
    draw(lesson.resolve())
