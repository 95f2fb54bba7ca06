"""A self-presentable report opened from a disk by Chromium or Firefox shows itself, with nothing beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

from eprouvette.standards.crbio import to_html, write_n1, write_n3
from support.reports import routine_report

pytestmark = pytest.mark.browser
PDF = b"%PDF-1.4 any bytes"


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium absent: install it to open reports as a reader does")
    return found


@pytest.mark.requirement("REQ-CRB-01")
@pytest.mark.parametrize("write", [write_n3, write_n1], ids=["n3", "n1"])
def test_a_report_opened_from_a_disk_shows_its_patient_and_asks_the_network_for_nothing(
    write: object, chromium: str, tmp_path: Path
) -> None:
    assert callable(write)
    path = tmp_path / "report.xml"
    path.write_bytes(write(routine_report(), PDF, stylesheet=True))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        assert page.locator("h1").inner_text() == "Compte rendu d'examens biologiques"
        assert "279035121518989" in page.locator(".patient").inner_text()
        outside = [url for url in asked if url.startswith(("http:", "https:", "ws:", "wss:"))]
        browser.close()
    assert outside == []


@pytest.mark.requirement("REQ-CRB-01")
def test_firefox_shows_the_file_as_our_pages_show_the_document(tmp_path: Path) -> None:
    """The same picture from the file, by the browser's own XSLT, as from the page that the server makes."""
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if firefox is None:
        pytest.skip("Firefox absent: install firefox-esr to open reports as a reader does")
    document = write_n3(routine_report(), PDF, stylesheet=True)
    (tmp_path / "report.xml").write_bytes(document)
    (tmp_path / "page.html").write_text(to_html(document), encoding="utf-8")
    pictures = [_picture(firefox, tmp_path, name) for name in ("report.xml", "page.html")]
    difference = ImageChops.difference(*pictures).convert("L").point(lambda level: 255 if level > 48 else 0)
    differing = sum(1 for point in difference.tobytes() if point)
    assert pictures[0].convert("L").getextrema() != (255, 255), "an empty page"
    assert differing < 0.005 * pictures[0].width * pictures[0].height


def _picture(firefox: str, folder: Path, name: str) -> Image.Image:
    profile, shot = folder / f"profile-{name}", folder / f"{name}.png"
    profile.mkdir()
    command = [firefox, "--headless", "--no-remote", "--profile", str(profile), "--window-size", "1180,1600"]
    subprocess.run(
        [*command, "--screenshot", str(shot), (folder / name).as_uri()],
        check=True, timeout=120, capture_output=True, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    return Image.open(shot).convert("RGB")
