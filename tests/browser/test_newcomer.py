"""A newcomer at the desk, by the keyboard: not found, opened, asked of INSi, compared, taken, qualified."""

from __future__ import annotations

import os
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page

from support.demonstration import CHROMIUM, Site

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium absent: apt install chromium"),
]
SHOTS = os.environ.get("EPROUVETTE_SHOTS")
"""A folder where the pictures of the pages are kept, to be looked at."""


@pytest.fixture
def desk(site: Site, page: Page) -> Page:
    """Each test begins at Accueil."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site.url}/accueil")
    return page


def shoot(page: Page, name: str) -> None:
    """No page scrolls sideways; its pictures in both widths and both themes when they are asked for."""
    for width in (1024, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for theme in ("light", "dark"):
            if SHOTS:
                page.emulate_media(color_scheme=theme)
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{theme}.png")
    page.emulate_media(color_scheme="light")


def send(site: Site, order: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{site.country}{order}", method="POST"), timeout=10).close()


def test_a_newcomer_is_opened_by_the_keyboard_alone_and_qualified_in_two_clicks(site: Site, desk: Page) -> None:
    began = time.monotonic()
    assert desk.evaluate("document.activeElement.name") == "nom"
    desk.keyboard.type("ADRUN")
    desk.keyboard.press("Tab")
    desk.keyboard.type("ZOE")
    desk.keyboard.press("Tab")
    desk.keyboard.type("31121975")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=Aucun patient ne répond")
    assert desk.evaluate("document.activeElement.name") == "sex"
    shoot(desk, "1-none")
    desk.keyboard.type("f")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=identité provisoire")
    assert time.monotonic() - began < 30 or SHOTS
    shoot(desk, "2-opened")
    assert desk.evaluate("document.activeElement.innerText").startswith("Interroger INSi")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=Comparaison avec INSi")
    shoot(desk, "3-compare")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=identité récupérée")
    shoot(desk, "4-retrieved")
    desk.click("text=Passeport")
    desk.click("text=Document vu : qualifier")
    desk.wait_for_selector("text=identité qualifiée")
    shoot(desk, "5-qualified")
    assert "275126322000146" in desk.inner_text(".identity")


def test_the_same_person_typed_again_is_proposed_while_typing(site: Site, desk: Page) -> None:
    desk.fill("#id_birth_family_name", "PATROIS")
    desk.fill("#id_birth_given_names", "DOMINIQUE")
    desk.fill("#id_birth_date", "28/03/1979")
    desk.wait_for_selector("#near a:has-text('PAT-TROIS')")
    shoot(desk, "6-near")


def test_a_vitale_card_opens_a_file_and_asks_insi(site: Site, desk: Page) -> None:
    send(site, "vitale/1176")
    desk.click("text=Lire la carte Vitale")
    desk.wait_for_selector("text=Personnes de la carte Vitale")
    shoot(desk, "7-card")
    desk.click("tr:has-text('GUENOLE') button")
    desk.wait_for_selector("text=Traits lus sur la carte")
    desk.select_option("form[data-near] select[name=sex]", "M")
    desk.click("button:has-text('Ouvrir le dossier patient')")
    desk.click("button:has-text('Par la carte Vitale')")
    desk.wait_for_selector("text=par la carte Vitale")
    assert "Reprendre" in desk.inner_text("main")
    send(site, "vitale/out")


def test_the_keyboard_goes_to_the_desk_and_to_the_work_lists(site: Site, desk: Page) -> None:
    desk.keyboard.press("Escape")
    desk.keyboard.press("g")
    desk.keyboard.press("i")
    desk.wait_for_url(f"{site.url}/identites")
    shoot(desk, "8-lists")
    desk.keyboard.press("g")
    desk.keyboard.press("h")
    desk.wait_for_url(f"{site.url}/accueil")


def test_two_files_are_on_one_page_that_says_so(site: Site, desk: Page) -> None:
    desk.goto(f"{site.url}/patients/1/fusion/2")
    assert "DEUX DOSSIERS PATIENTS" in desk.inner_text("h1")
    shoot(desk, "9-merge")


def test_the_desk_is_whole_without_script(site: Site, page: Page) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": one["name"], "value": one["value"], "url": site.url} for one in page.context.cookies()]
    )
    plain = context.new_page()
    plain.goto(f"{site.url}/accueil")
    plain.fill("#id_birth_family_name", "PAT-TROIS")
    plain.fill("#id_birth_given_names", "DOMINIQUE")
    plain.select_option("form[data-near] select[name=sex]", "F")
    plain.fill("#id_birth_date", "28/03/1979")
    plain.click("button:has-text('Ouvrir le dossier patient')")
    plain.wait_for_selector("text=Un dossier existe peut-être déjà")
    plain.click("#near a")
    plain.wait_for_selector(".identity")
    context.close()
