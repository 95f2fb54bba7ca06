"""A self-presentable report opened from a disk by Chromium shows itself, with nothing beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from eprouvette.standards.crbio import write_n1, write_n3
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
