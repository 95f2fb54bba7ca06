"""Settings that are wrong stop the start with a sentence; keys that others may read are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from eprouvette.core.env import Env, SettingError
from eprouvette.foundation import trust
from eprouvette.foundation.database.embedded import EmbeddedDatabase
from eprouvette.project.readers import data_folder, database, secret_key


def test_a_database_address_is_read_whole() -> None:
    found = database("postgresql://ana:p%40ss@db.example:5433/labo?sslmode=require")
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("labo", "ana", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("db.example", "5433")
    assert found["OPTIONS"] == {"sslmode": "require", "server_side_binding": True, "prepare_threshold": 3}


def test_a_pooler_that_cannot_follow_gets_no_prepared_statement() -> None:
    address = "postgresql://ana@db.example/labo?prepare_threshold"
    assert database(f"{address}=none")["OPTIONS"]["prepare_threshold"] is None
    assert database(f"{address}=7")["OPTIONS"]["prepare_threshold"] == 7
    for wrong in ("often", "-1", "³"):
        with pytest.raises(SettingError, match="prepare_threshold"):
            database(f"{address}={wrong}")


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(SettingError):
        database("sqlite:///labo.db")


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = secret_key(Env({}), tmp_path, required=False)
    assert secret_key(Env({}), tmp_path, required=False) == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    with pytest.raises(SettingError):
        secret_key(Env({}), tmp_path, required=True)


def test_the_data_folder_is_private(tmp_path: Path) -> None:
    folder = data_folder(Env({"EPROUVETTE_DATA": str(tmp_path / "data")}))
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("name", "value"), [("EPROUVETTE_X", "oui"), ("EPROUVETTE_X", "2")])
def test_a_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        Env({name: value}).boolean(name, default=False)


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("hidden\n", encoding="utf-8")
    assert Env({"A_FILE": str(tmp_path / "s")}).secret("A") == "hidden"


def test_a_key_that_others_may_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EPROUVETTE_TRUST", tmp_path)
    with pytest.raises(trust.TrustError):
        trust.load("mss")
    (tmp_path / "mss.crt").write_bytes(b"cert")
    (tmp_path / "mss.key").write_bytes(b"key")
    (tmp_path / "mss.key").chmod(0o644)
    with pytest.raises(trust.TrustError, match="d'autres comptes"):
        trust.load("mss")
    (tmp_path / "mss.key").chmod(0o600)
    assert trust.load("mss").key_pem == b"key"


def test_the_embedded_database_asks_for_a_password_and_keeps_to_its_socket(tmp_path: Path) -> None:
    embedded = EmbeddedDatabase(tmp_path, fast=True)
    try:
        uri = embedded.start()
        assert embedded.start() == uri
        folder = Path(uri.partition("host=")[2].replace("%2F", "/"))
        assert "trust" not in (folder / "pg_hba.conf").read_text(encoding="ascii")
        assert folder.stat().st_mode & 0o077 == 0
        assert (folder.parent / "password").stat().st_mode & 0o077 == 0
    finally:
        embedded.destroy()
    assert not folder.exists()
