"""The main job in a browser: sign in, validate, release, see three acceptances. Real processes behind."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page

from support.demonstration import CHROMIUM, Site

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium absent: apt install chromium"),
]
NAME = "DE LA ROCHEFOUCAULD-MONTBEL LES DEUX ÉGLISES"


def act_on_all(page: Page, button: str, *, then: str) -> None:
    """Tick every result, press the button, wait for what the next page shows: a click does not wait for its page."""
    for box in page.query_selector_all("input[name=observation]"):
        box.check()
    page.click(f"button[value={button}]")
    page.wait_for_selector(then)


def test_a_biologist_validates_releases_and_sees_three_acceptances(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/aller?numero=26112300101")
    assert "PAT-TROIS" in page.inner_text(".identity")
    assert "qualifiée" in page.inner_text(".identity")
    act_on_all(page, "check", then="button[value=validate]")
    act_on_all(page, "validate", then="text=Voici qui recevra ce compte rendu")
    page.click("text=Libérer le compte rendu")
    page.wait_for_url("**/comptes-rendus/**")
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and page.locator(".mark.done:has-text('accepté')").count() < 3:
        time.sleep(0.5)
        page.reload()
    assert page.locator(".mark.done:has-text('accepté')").count() == 3
    for tab in ("apercu", "pdf", "donnees", "controles"):
        page.goto(page.url.rsplit("/", 1)[0] + f"/{tab}")
        assert page.locator(".tabs [aria-current]").count() == 1
    preview = page.goto(page.url.rsplit("/", 1)[0] + "/page")
    assert preview is not None
    assert preview.status == 200
    assert "Hémoglobine" in page.inner_text("body")


def test_a_form_says_what_is_wrong_and_then_creates_the_dossier(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/dossiers/nouveau")
    page.fill("#id_birth_family_name", NAME)
    page.fill("#id_birth_given_names", "MARIE-ANTOINETTE JOSÉPHINE BÉNÉDICTE")
    page.fill("#id_first_given_name", "JOSÉPHINE")
    page.select_option("#id_sex", "F")
    page.fill("#id_birth_date", "31/02/1960")
    page.click("text=Créer le dossier")
    assert "Cette date n'existe pas" in page.inner_text("main")
    assert "Choisir au moins un bilan" in page.inner_text("main")
    page.fill("#id_birth_date", "28/02/1960")
    page.select_option("#id_prescriber", index=1)
    page.fill("#id_sampled_at", "2026-11-23T08:00")
    page.fill("#id_received_at", "2026-11-23T09:00")
    page.check("input[name=panels][value=NFS]")
    page.click("text=Créer le dossier")
    assert "premier" in page.inner_text("main").lower()
    page.fill("#id_first_given_name", "MARIE-ANTOINETTE")
    page.click("text=Créer le dossier")
    assert NAME in page.inner_text(".identity")
    assert "provisoire" in page.inner_text(".identity")


@pytest.mark.parametrize("width", [1280, 1024])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/envois",
        "/messages",
        "/dossiers/nouveau",
        "/dossiers/1",
        "/correspondants",
        "/accueil",
        "/identites",
        "/patients/1",
    ],
)
def test_no_page_scrolls_sideways(site: Site, page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site.url}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_goes_to_the_lists_and_down_the_rows(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/envois")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url(f"{site.url}/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/dossiers/*")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "numero"


def test_a_page_is_whole_without_script(site: Site, page: Page) -> None:
    cookies = page.context.cookies()
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": one["name"], "value": one["value"], "url": site.url} for one in cookies])
    plain = context.new_page()
    plain.goto(f"{site.url}/dossiers/1")
    assert "Hémoglobine" in plain.inner_text("main")
    context.close()


def test_a_technician_may_not_release(site: Site, page: Page) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context()
    other = context.new_page()
    other.goto(f"{site.url}/")
    other.fill("#id_username", "tardieu")
    other.fill("#id_password", site.passwords["tardieu"])
    other.click("button.primary")
    other.goto(f"{site.url}/dossiers/2")
    token = other.input_value("input[name=csrfmiddlewaretoken] >> nth=0")
    answer = context.request.post(
        f"{site.url}/dossiers/2/liberer",
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": f"{site.url}/dossiers/2"},
    )
    assert answer.status == 403
    context.close()
