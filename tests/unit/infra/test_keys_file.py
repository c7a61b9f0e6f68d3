import stat
from datetime import UTC, datetime

from domain.records import Key
from infra.keys_file import FileKeys, digest_of, write_private


def a_key(secret: str) -> Key:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Key(id=f"key_{secret}", name=secret, tenant="acme", sha256=digest_of(secret), created_at=at)


def test_a_key_is_found_by_its_secret_alone(tmp_path):
    keys = FileKeys(tmp_path / "keys.json")
    keys.add(a_key("one"))
    keys.add(a_key("two"))

    assert keys.find("two") == a_key("two")
    assert keys.find("three") is None
    assert keys.find(digest_of("one")) is None


def test_the_file_knows_no_secret_and_only_its_owner_reads_it(tmp_path):
    file = tmp_path / "keys.json"
    FileKeys(file).add(a_key("a-long-secret"))

    assert digest_of("a-long-secret") in file.read_text()
    assert '"a-long-secret"' not in file.read_text().replace('"name": "a-long-secret"', "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_that_another_process_adds_is_seen(tmp_path):
    here, there = FileKeys(tmp_path / "keys.json"), FileKeys(tmp_path / "keys.json")
    assert here.find("one") is None

    there.add(a_key("one"))

    assert here.find("one") == a_key("one")


def test_a_private_file_was_never_readable_by_others(tmp_path):
    write_private(tmp_path / "first_key", b"dk_x\n")

    assert stat.S_IMODE((tmp_path / "first_key").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["first_key"]
