"""Sends a partial report, the whole, a corrected one, cancels it; prints what the simulated country holds, as JSON.

A process of its own: ``python life_of_a_report.py FOLDER``.
"""

from __future__ import annotations

import json
import sys
import urllib.request
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eprouvette.sandbox.scenario.installation import Installation

FIRST = {"TSH": "2.140"}
REST = {"T4L": "11.2", "T3L": "2.9"}


def main() -> None:
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    with Installation(Path(sys.argv[1]), throwaway=True, processes=("sandbox",)) as site:
        deliveries = _play()
        assert site.addresses is not None
        url = f"{site.addresses.sandbox['console']['url']}received.json"
        with urllib.request.urlopen(url, timeout=10) as answer:
            received = json.load(answer)
    found = {
        "deliveries": deliveries,
        "documents": [[one["unique_id"], one["set_id"], one["status"]] for one in received["documents"]],
        "mails": [[one["recipient"], one["subject"], one["document_id"]] for one in received["mails"]],
    }
    print(json.dumps(found))


def _play() -> list[list[object]]:
    from eprouvette.exchange.dispatch.models import Delivery
    from eprouvette.exchange.dispatch.planning import plan
    from eprouvette.exchange.dispatch.steps import send
    from eprouvette.lab.directory.models import Practitioner
    from eprouvette.lab.directory.services import set_report_profile
    from eprouvette.lab.results.incoming import IncomingResult
    from eprouvette.lab.results.models import Observation
    from eprouvette.lab.results.services import record
    from eprouvette.lab.validation import cancellation, corrections, services
    from eprouvette.lab.validation.models import Release
    from eprouvette.sandbox.scenario.laboratory import patient_of_demonstration, prepare, register

    laboratory = prepare()
    received = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    dossier = register(laboratory, patient_of_demonstration(), ("THYRO",), order_number="C-1", received_at=received)
    biologist = laboratory.biologist

    def measure(values: dict[str, str]) -> None:
        lines = [IncomingResult(code, value, received + timedelta(minutes=5)) for code, value in values.items()]
        record(dossier.pk, lines, source="hl7:C-1")

    def validate() -> None:
        rows = Observation.objects.filter(dossier=dossier, state="measured").values_list("pk", flat=True)
        services.validate(_checked(list(rows)), user=biologist)

    def _checked(rows: list[int]) -> list[int]:
        services.check(rows, user=biologist)
        return rows

    def leave(*, partial: bool = False) -> None:
        follow(services.release(dossier.pk, user=biologist, partial=partial))

    def follow(release: Release) -> None:
        plan(release.pk)
        due = Delivery.objects.filter(release=release, never=False)
        for delivery_id in due.values_list("pk", flat=True):
            send(delivery_id)

    measure(FIRST)
    validate()
    leave(partial=True)
    measure(REST)
    validate()
    leave()
    corrections.correct(dossier.pk, "Erreur de saisie.", user=biologist, exam_code="TSH", value="4.210")
    validate()
    # From here on the prescriber is sent the form of the first wave.
    prescriber = Practitioner.objects.get(pk=dossier.prescriber_id)
    set_report_profile(prescriber.pk, "2021.01", actor="system:tests")
    leave()
    follow(cancellation.cancel(dossier.pk, "Tube d'un autre patient.", user=biologist))
    rows = Delivery.objects.order_by("version", "channel")
    return [
        [row.version, row.channel, row.state, row.release.document_id, row.form]
        for row in rows.select_related("release")
    ]


if __name__ == "__main__":
    main()
