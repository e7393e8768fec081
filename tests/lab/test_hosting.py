"""The lab for a class: below a path, behind a proxy that ends TLS, with a limit on pages."""

from __future__ import annotations

from pathlib import Path

from tests.lab.conftest import Opens, lab
from tests.lab.proxy import proxied
from tests.lab.test_server import listening


def test_behind_a_proxy(opened: Opens, tmp_path: Path) -> None:
    """A name of its own, which only the proxy has; what the page asks for, it asks there."""
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    with proxied(port, tmp_path) as public:
        url = f"https://lab.localhost:{public}"
        with lab(tmp_path, "--port", str(port), "--base-path", "/course/lab", "--public-url", url) as address:
            assert address.startswith(f"{url}/course/lab/?token=")
            page = opened("network", at=address)
            assert page.url.startswith(f"{url}/course/lab/network")
            field = page.get_by_label("u", exact=True)
            field.fill("1/2")
            field.press("Enter")
            page.get_by_role("button", name="w1, 0.74", exact=True).wait_for()
            [kept] = page.context.cookies()
            assert (kept["path"], kept["secure"], kept["httpOnly"], kept["sameSite"]) == (
                "/course/lab", True, True, "Strict",
            )  # fmt: skip
            page.get_by_role("link", name="Glassnet").click()
            page.wait_for_url(f"{url}/course/lab/")
            page.close()


def test_a_page_too_many_waits_its_turn(opened: Opens, tmp_path: Path) -> None:
    with lab(tmp_path, "--port", "0", "--sessions", "1") as address:
        first = opened("network", at=address)
        second = first.context.new_page()
        second.goto(address.partition("?")[0] + "line")
        full = second.get_by_role("status", name="Connection").get_by_text("as many pages open as it may")
        full.wait_for()
        first.close()
        second.locator("main > *").first.wait_for()
        full.wait_for(state="hidden")
