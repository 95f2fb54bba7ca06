"""The facts of a decision on the road of a report: a qualified patient, a prescriber, one without a mailbox."""

from __future__ import annotations

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.exchange.dispatch.rules import Facts, Professional

INS = Ins("279035121518989", oids.INS_NIR_TEST)
LEVESQUE = Professional("810000000023", "LEVESQUE Paul", "prescripteur", "paul.levesque@medecin.mssante.fr")
NO_BOX = Professional("810000000031", "NOBOX Jean", "copie", "")

QUALIFIED = Facts(
    complete=True,
    frozen_ins=INS,
    current_ins=INS,
    qualified=True,
    same_traits=True,
    deceased=False,
    patient_name="PAT-TROIS Dominique",
    patient_address="279035121518989@patient.mssante.fr",
    professionals=(LEVESQUE,),
)
