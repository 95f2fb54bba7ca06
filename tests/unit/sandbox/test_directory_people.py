"""The people of the simulated directory: the same each time, nobody real, and every case in its number."""

from __future__ import annotations

from collections import Counter

from eprouvette.sandbox.annuaire.people import Box, Country, country


def boxes(today: Country) -> list[Box]:
    of_people = [box for one in today.pros for box in one.boxes]
    of_posts = [box for one in today.posts for box in one.boxes]
    return of_people + of_posts + [box for one in today.places for box in one.boxes]


def test_a_seed_gives_the_same_directory_and_another_gives_another() -> None:
    first = country(seed=2)
    country.cache_clear()
    assert country(seed=2) == first
    assert country(seed=3) != first


def test_every_case_is_there_and_numbers_are_nobodys() -> None:
    today = country()
    kinds = Counter(one.kind for one in today.pros)
    assert (len(today.pros), len(today.places)) == (800, 150)
    assert kinds["two roles"] == 60
    assert kinds["homonym"] == 40
    assert kinds["no mailbox"] == 80
    assert min(kinds[one] for one in ("red list", "inactive", "mailbox removed", "mailbox added", "leaving")) >= 10
    assert all(one.rpps.startswith("99") for one in today.pros if one.kind != "demonstration")
    assert len({one.rpps for one in today.pros}) == 800
    assert len({one.finess or one.siret for one in today.places}) == 150


def test_no_address_belongs_to_two() -> None:
    for day in (0, 1):
        addresses = [one.address for one in boxes(country(day))]
        assert len(addresses) == len(set(addresses))
        assert all(one.isascii() and one.endswith(".mssante.fr") for one in addresses)


def test_who_practises_in_two_places_has_a_different_mailbox_in_each() -> None:
    today = country()
    for one in (one for one in today.pros if one.kind == "two roles"):
        posts = [post for post in today.posts if post.pro == one.id]
        assert len({post.place for post in posts}) == len({box.address for post in posts for box in post.boxes}) == 2
