"""The identifiers of a partner and what becomes of them: known, merged (A40), changed, an INS taken back (A47).

An identifier that was merged is never used again. Source: digest ``hl7v2.md`` 2.5 and 2.6.
"""

from __future__ import annotations

from typing import Final, cast

from django.conf import settings
from django.db import transaction

from eprouvette.core.ins import Profile
from eprouvette.exchange.intake import feeds, persons
from eprouvette.exchange.intake.courses import Taken
from eprouvette.exchange.intake.fates import ACTOR
from eprouvette.exchange.intake.models import FeedAlias, FeedSource
from eprouvette.lab.identity import insi, merging, queries, services, watches
from eprouvette.lab.identity.errors import MergeError
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.received import Source
from eprouvette.lab.identity.rules import Status
from eprouvette.lab.identity.traits import checked_ins
from eprouvette.lab.identity.watches import Kind
from eprouvette.standards.hl7v2.adt import IdentityMessage
from eprouvette.standards.hl7v2.errors import ContentError

_PERSON_MERGES: Final = "L'émetteur fusionne deux identités que le laboratoire tient pour plus sûres : à décider ici."
_WITHDRAWN: Final = "L'émetteur retire l'INS de ce patient : à vérifier par INSi."
_REPLACED: Final = "L'émetteur remplace l'INS de ce patient : à vérifier par INSi."


def alias_of(feed: FeedSource, ipp: str) -> FeedAlias | None:
    """The identifier of a partner, locked, or None when it never named it."""
    return FeedAlias.objects.select_for_update().filter(feed=feed, ipp=ipp).first()


def is_older(alias: FeedAlias, message: IdentityMessage) -> bool:
    """True when a newer word on this patient was taken already (EVN-2)."""
    return message.recorded_at < alias.told_at


def mark_told(alias: FeedAlias, message: IdentityMessage) -> None:
    """Note how new the word on this patient is."""
    alias.told_at = message.recorded_at
    alias.save(update_fields=["told_at"])


def merge(feed: FeedSource, message: IdentityMessage, ipp: str) -> Taken:
    """A40: the file of MRG-1 is closed into that of PID-3."""
    losing = persons.ipp_of(message.merged, feed.authority)
    if not losing:
        sentence = "Le message ne donne pas l'identifiant fusionné (MRG-1, type PI) de l'autorité déclarée."
        raise ContentError(sentence, location="MRG^1^1", condition=204)
    if losing == ipp:
        raise ContentError("Un patient ne se fusionne pas avec lui-même.", location="MRG^1^1", condition=204)
    # Always in the same order: two merges at once wait for one another and never lock for ever.
    found = {one: alias_of(feed, one) for one in sorted((losing, ipp))}
    keep, lose = found[ipp], found[losing]
    if keep is not None and keep.closed:
        sentence = "L'identifiant à garder (PID-3) a lui-même été fusionné."
        raise ContentError(sentence, location="PID^1^3", condition=204)
    if lose is not None and lose.closed:
        return _merged_before(lose, keep)
    if keep is None and lose is None:
        return Taken(None, "Aucun des deux identifiants n'est connu ici : rien à fusionner.")
    if keep is None or lose is None:
        return _one_known(feed, ipp, losing)
    return _merge_files(feed, message, keep, lose)


def _merged_before(lose: FeedAlias, keep: FeedAlias | None) -> Taken:
    patient = queries.survivor(lose.patient_id)
    if keep is None or queries.survivor(keep.patient_id).pk != patient.pk:
        sentence = "L'identifiant à fusionner (MRG-1) l'a déjà été avec un autre patient."
        raise ContentError(sentence, location="MRG^1^1", condition=204)
    return Taken(patient, "Cette fusion est déjà faite.")


def _one_known(feed: FeedSource, ipp: str, losing: str) -> Taken:
    """One of the two was never named: it takes the file of the other, and the merged one is never used again."""
    known = FeedAlias.objects.get(feed=feed, ipp__in=[ipp, losing])
    patient = queries.survivor(known.patient_id)
    told = {"patient": patient, "told_at": known.told_at}
    FeedAlias.objects.update_or_create(feed=feed, ipp=losing, defaults={**told, "closed": True})
    FeedAlias.objects.update_or_create(feed=feed, ipp=ipp, defaults={**told, "closed": False})
    if known.ipp == losing:
        return Taken(patient, "L'identifiant gardé remplace celui qui est fusionné.", changed=True)
    return Taken(patient, "L'identifiant fusionné n'était pas connu ici : il ne sera plus repris.", changed=True)


def _merge_files(feed: FeedSource, message: IdentityMessage, keep: FeedAlias, lose: FeedAlias) -> Taken:
    kept, lost = queries.survivor(keep.patient_id), queries.survivor(lose.patient_id)
    source = feeds.worth(feed)
    if kept.pk != lost.pk:
        if source is Source.STRANGER and {kept.status, lost.status} != {Status.PROVISIONAL.value}:
            return _left_to_a_person(feed, kept, lost, _PERSON_MERGES)
        try:
            with transaction.atomic():
                merging.merge(kept.pk, lost.pk, actor=ACTOR, by_master=source is Source.MASTER)
        except MergeError as error:
            return _left_to_a_person(feed, kept, lost, error.message)
    lose.closed, lose.patient = True, kept
    lose.save(update_fields=["closed", "patient"])
    if not is_older(keep, message):
        mark_told(keep, message)
    return Taken(kept, "Les deux dossiers patients sont fusionnés.", changed=True)


def _left_to_a_person(feed: FeedSource, kept: Patient, lost: Patient, why: str) -> Taken:
    sentence = f"Fusion demandée avec le dossier {lost.ipp} : {why}"
    watches.raise_watch(kept.pk, Kind.MERGE, sentence[:300], source=feed.name)
    return Taken(kept, sentence)


def change(feed: FeedSource, message: IdentityMessage, ipp: str) -> Taken:
    """A47: an INS is taken back or replaced, or the partner's identifier changes."""
    former = persons.ipp_of(message.merged, feed.authority)
    if former and former != ipp:
        return _renamed(feed, ipp, former)
    alias = alias_of(feed, ipp)
    if alias is None:
        return Taken(None, "Cet identifiant n'est pas connu ici : rien à changer.")
    if alias.closed:
        sentence = "Cet identifiant (PID-3) a été fusionné chez l'émetteur : il n'est plus repris."
        raise ContentError(sentence, location="PID^1^3", condition=204)
    patient = queries.survivor(alias.patient_id)
    if is_older(alias, message):
        return Taken(patient, "Un message plus récent de ce patient a déjà été pris : celui-ci est mis de côté.")
    mark_told(alias, message)
    if not message.merged_ins:
        return Taken(patient, "Aucune INS ni aucun identifiant n'est changé.")
    if persons.first_of(message.person.ins) is None:
        return _withdrawn(feed, message, patient)
    return _replaced(feed, message, patient)


def _renamed(feed: FeedSource, ipp: str, former: str) -> Taken:
    found = {one: alias_of(feed, one) for one in sorted((former, ipp))}
    old, new = found[former], found[ipp]
    if new is not None:
        sentence = "Le nouvel identifiant (PID-3) est déjà celui d'un patient : c'est une fusion (A40)."
        raise ContentError(sentence, location="PID^1^3", condition=205)
    if old is None:
        return Taken(None, "L'ancien identifiant n'est pas connu ici : rien à changer.")
    if old.closed:
        sentence = "L'ancien identifiant (MRG-1) a été fusionné : il ne change plus."
        raise ContentError(sentence, location="MRG^1^1", condition=204)
    FeedAlias.objects.create(feed=feed, ipp=ipp, patient_id=old.patient_id, told_at=old.told_at)
    old.closed = True
    old.save(update_fields=["closed"])
    return Taken(queries.survivor(old.patient_id), "L'identifiant de l'émetteur a changé.", changed=True)


def _withdrawn(feed: FeedSource, message: IdentityMessage, patient: Patient) -> Taken:
    """The INS goes when it is the one that our file bears and the sender is trusted; else a person looks."""
    if patient.ins is None:
        return Taken(patient, "Ce patient n'a pas d'INS ici : rien à retirer.")
    named = patient.ins.value in {one.value for one in message.merged_ins}
    if not named or feeds.worth(feed) is Source.STRANGER:
        watches.raise_watch(patient.pk, Kind.INS_WITHDRAWN, _WITHDRAWN, source=feed.name)
        return Taken(patient, _WITHDRAWN)
    insi.withdraw(patient.pk, actor=ACTOR, source=feed.name)
    if "PROV" in message.person.statuses:
        services.downgrade(patient.pk, actor=ACTOR)
    return Taken(patient, "L'INS est retirée : ce qui en a besoin attend.", changed=True)


def _replaced(feed: FeedSource, message: IdentityMessage, patient: Patient) -> Taken:
    entry = persons.first_of(message.person.ins)
    named = patient.ins is not None and patient.ins.value in {one.value for one in message.merged_ins}
    if entry is None or not named or feeds.worth(feed) is not Source.MASTER:
        watches.raise_watch(patient.pk, Kind.INS_WITHDRAWN, _REPLACED, source=feed.name)
        return Taken(patient, _REPLACED)
    ins = checked_ins(entry, cast("Profile", settings.EPROUVETTE_PROFILE))
    insi.replace_ins(patient.pk, ins, actor=ACTOR, source=feed.name)
    return Taken(patient, "L'INS est remplacée.", changed=True)
