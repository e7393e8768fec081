"""Draws the pictures of docs/ anew, by the code of their pages: python -m tests.docs.write_pictures [PAGE …]"""

import sys
from contextlib import chdir
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import matplotlib

from tests.docs import page
from tests.docs.pictures import PAGES, shown


def main(pages: list[Path]) -> None:
    for each in pages or PAGES:
        with TemporaryDirectory() as folder, chdir(folder), matplotlib.rc_context({"svg.hashsalt": "lessons"}):
            page.main(each)
            for name in sorted(shown(each)):
                copy(name, each.parent / "images" / name)


if __name__ == "__main__":
    main([Path(each).resolve() for each in sys.argv[1:]])
