"""The page of tables says what the code does."""

from __future__ import annotations

from support.identity_tables import PAGE, page


def test_the_page_of_identities_is_that_of_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
