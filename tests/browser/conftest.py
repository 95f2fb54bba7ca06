"""The running demonstration and a signed-in browser, shared by the tests of this folder."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from support.demonstration import CHROMIUM, Site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("demonstration")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EPROUVETTE_", "DATABASE_URL"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    port = _free_port()
    command = [sys.executable, "-m", "eprouvette", "demo", "--data", str(folder), "--port", str(port), "--throwaway"]
    process = subprocess.Popen(command, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        _until(f"{url}/sante", process)
        passwords = json.loads((folder / "demonstration.json").read_text(encoding="utf-8"))
        country = json.loads((folder / "sandbox" / "sandbox.json").read_text(encoding="utf-8"))
        yield Site(url, passwords, country["console"]["url"])
    finally:
        process.terminate()
        process.communicate(timeout=40)


def _free_port() -> int:
    """A port that nobody uses: two halves of the tests may run side by side."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _until(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()[0].decode()[-2000:]
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the pages do not answer")


@pytest.fixture(scope="module")
def page(site: Site) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        # The other half of the tests runs beside: a page may be slow, and that is not what is tested.
        page.set_default_timeout(120_000)
        page.goto(f"{site.url}/")
        page.fill("#id_username", "aubin")
        page.fill("#id_password", site.passwords["aubin"])
        page.click("button.primary")
        page.wait_for_url(f"{site.url}/")
        yield page
        browser.close()
