"""How far the copy of the national directory is."""

from __future__ import annotations

from django.db import models


class Feed(models.Model):
    """The reading of one kind of resource. Its place is committed with the page that it follows.

    ``since``: the next reading asks for what changed from there; None before the first load is whole. ``link``: the
    page where an unfinished reading goes on. ``newest``: the latest change that this reading has seen. ``failure``:
    the outcome that stopped the last attempt, with its remedy, empty when it went well.
    """

    resource = models.CharField("ressource", max_length=20, unique=True)
    since = models.DateTimeField("depuis", null=True, blank=True)
    link = models.CharField(max_length=8000, blank=True, default="")
    newest = models.DateTimeField("plus récent", null=True, blank=True)
    read = models.IntegerField("lues", default=0)
    skipped = models.IntegerField("illisibles", default=0)
    finished_at = models.DateTimeField("finie le", null=True, blank=True)
    attempted_at = models.DateTimeField("essayée le", null=True, blank=True)
    failure = models.CharField("échec", max_length=40, blank=True, default="")
    remedy = models.CharField("remède", max_length=300, blank=True, default="")
    stops = models.BooleanField("à corriger", default=False)
