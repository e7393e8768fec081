"""Draws the lessons' pictures anew, by the code of their pages: python -m tests.docs.write_pictures [PAGE …]"""

import sys
from contextlib import chdir
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import matplotlib

from tests.docs import page
from tests.docs.test_pictures import LESSONS, PAGES, shown


def main(lessons: list[Path]) -> None:
    for lesson in lessons or PAGES:
        with TemporaryDirectory() as folder, chdir(folder), matplotlib.rc_context({"svg.hashsalt": "lessons"}):
            page.main(lesson)
            for name in sorted(shown(lesson)):
                copy(name, LESSONS / "images" / name)


if __name__ == "__main__":
    main([Path(each).resolve() for each in sys.argv[1:]])
