"""The lab's pages by name: each has a file of that name here, and a folder of that name in ``web/src/pages``."""

from __future__ import annotations

from glassnet.lab.page import Page
from glassnet.lab.pages.convolution import ConvolutionPage
from glassnet.lab.pages.digits import DigitsPage
from glassnet.lab.pages.learn import LearnPage
from glassnet.lab.pages.line import LinePage
from glassnet.lab.pages.network import NetworkPage
from glassnet.lab.pages.picture import PicturePage
from glassnet.lab.pages.playground import PlaygroundPage
from glassnet.lab.pages.sequence import SequencePage

PAGES: dict[str, type[Page]] = {
    page.name: page
    for page in (
        LinePage,
        DigitsPage,
        NetworkPage,
        LearnPage,
        PicturePage,
        PlaygroundPage,
        ConvolutionPage,
        SequencePage,
    )
}
