"""Choosing the dress of the laboratory's reports: preview first, in use by an act, reports keep what they left with."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from eprouvette.foundation.structures import styles
from eprouvette.foundation.structures.models import ReportStyle
from eprouvette.lab.validation import queries, services
from eprouvette.lab.validation.models import Release
from support.lab import demo_biologist, demo_secretary, demo_site, dossier_ready_to_release

pytestmark = pytest.mark.django_db
TYPED = {
    "accent": "#7a1f3d",
    "logo_label": "Trois épis",
    "header": "Ouvert de 7 h à 19 h\n\n",
    "footer": "",
    "mentions": "",
}


@pytest.fixture
def biologist() -> Client:
    demo_site()
    client = Client()
    client.force_login(demo_biologist(), backend="eprouvette.lab.accounts.backend.LocalBackend")
    return client


def logo(content: bytes = b"") -> SimpleUploadedFile:
    output = io.BytesIO()
    Image.new("RGB", (90, 30), "navy").save(output, "PNG")
    return SimpleUploadedFile("logo.png", content or output.getvalue(), content_type="image/png")


def test_a_version_is_saved_looked_at_then_put_in_use(biologist: Client) -> None:
    answer = biologist.post("/presentation", TYPED | {"logo": logo()}, follow=True)
    assert "Version enregistrée" in answer.content.decode()
    row = ReportStyle.objects.get()
    assert styles.in_use(row.site_id) is None
    shown = biologist.get(f"/presentation/{row.pk}/apercu")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert "Ouvert de 7 h à 19 h" in shown.content.decode()
    assert "data:image/png;base64," in shown.content.decode()
    assert biologist.get(f"/presentation/{row.pk}/pdf").content.startswith(b"%PDF-")
    answer = biologist.post(f"/presentation/{row.pk}/utiliser", follow=True)
    assert "en service" in answer.content.decode()
    assert styles.in_use(row.site_id) == row


def test_a_report_keeps_the_dress_that_it_left_with(biologist: Client) -> None:
    biologist.post("/presentation", TYPED)
    row = ReportStyle.objects.get()
    styles.put_in_use(row.pk, actor="test")
    release = services.release(dossier_ready_to_release().pk, user=demo_biologist())
    biologist.post("/presentation", TYPED | {"accent": "#004422"})
    styles.put_in_use(ReportStyle.objects.first().pk, actor="test")  # type: ignore[union-attr]  # two rows exist
    assert Release.objects.get(pk=release.pk).style == row
    assert b"#7a1f3d" in queries.document(release.pk, "n3_xsl").content
    page = biologist.get(f"/comptes-rendus/{release.pk}/page").content.decode()
    assert "#7a1f3d" in page
    assert "Ouvert de 7 h à 19 h" in page


def test_an_older_version_can_be_taken_up_again_and_a_logo_not_given_again_is_kept(biologist: Client) -> None:
    biologist.post("/presentation", TYPED | {"logo": logo()})
    first = ReportStyle.objects.get()
    biologist.post(f"/presentation/{first.pk}/utiliser")
    biologist.post("/presentation", TYPED | {"footer": "Pied"})
    second = styles.versions(first.site_id)[0]
    assert bytes(styles.get(second.pk).logo) == bytes(first.logo)
    biologist.post(f"/presentation/{second.pk}/utiliser")
    biologist.post(f"/presentation/{first.pk}/utiliser")
    assert styles.in_use(first.site_id) == first
    biologist.post("/presentation", TYPED | {"no_logo": "on"})
    assert not styles.versions(first.site_id)[0].logo


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"accent": "#ffff00"}, "trop claire"),
        ({"logo": logo(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")}, "pas une image PNG"),
        ({"logo": logo(b"\x89PNG" + b"0" * 70_000)}, "dépasse 60 ko"),
        ({"header": "a\nb\nc\nd\ne"}, "au plus 4 lignes"),
        ({"mentions": "Mention \U0001f9ea"}, "caractère"),
    ],
    ids=["pale", "svg", "heavy", "lines", "glyph"],
)
def test_what_cannot_be_used_is_said_beside_its_field(biologist: Client, typed: dict[str, object], words: str) -> None:
    answer = biologist.post("/presentation", TYPED | typed)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not ReportStyle.objects.exists()


def test_a_secretary_may_not(client: Client) -> None:
    client.force_login(demo_secretary(), backend="eprouvette.lab.accounts.backend.LocalBackend")
    assert client.get("/presentation").status_code == 403


def test_the_first_page_shows_the_plain_dress(biologist: Client) -> None:
    answer = biologist.get("/presentation")
    assert "Aucune version" in answer.content.decode()
    assert biologist.get("/presentation/0/apercu").status_code == 200
    assert biologist.get("/presentation/999/apercu").status_code == 404
