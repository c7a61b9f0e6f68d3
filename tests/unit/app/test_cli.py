import subprocess
import sys

import pytest

from app.cli import COMMANDS, main


def test_without_a_command_it_names_them_all(capsys):
    assert main([]) == 0

    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in shown] == []


def test_an_unknown_command_is_an_error(capsys):
    assert main(["upp"]) == 2

    assert "unknown command upp" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_does_not_wait_for_what_the_command_needs(command):
    heavy = "{'litestar', 'redis', 'arq', 'opentelemetry', 'numpy', 'structlog', 'rich', 'httpx', 'asyncio'}"
    program = (
        "import sys, app.cli\n"
        f"try: app.cli.main(['{command}', '--help'])\n"
        f"except SystemExit: sys.exit(str(sorted({heavy} & set(sys.modules)) or ''))"
    )

    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)

    assert done.stderr.strip() == ""
    assert "usage: decalogo" in done.stdout


def test_a_key_is_created_shown_once_and_listed_without_its_secret(tmp_path, capsys):
    assert main(["keys", "create", "robot", "--tenant", "acme", "--data-dir", str(tmp_path)]) == 0
    secret = capsys.readouterr().out.strip()

    assert main(["keys", "list", "--data-dir", str(tmp_path)]) == 0

    listed = capsys.readouterr().out
    assert "acme" in listed
    assert "robot" in listed
    kept = "".join(file.read_text() for file in (tmp_path / "artifacts/keys").glob("*.json"))
    assert "robot" in kept
    assert secret not in listed + kept


def test_a_rotated_key_is_replaced_once_and_a_revoked_one_is_listed_as_such(tmp_path, capsys):
    def keys(*said):
        code = main(["keys", *said, "--data-dir", str(tmp_path)])
        return code, *capsys.readouterr()

    keys("create", "robot", "--tenant", "acme", "--tier", "premium", "--days", "30")
    key_id = keys("list")[1].split()[0]

    code, secret, told = keys("rotate", key_id, "--grace-hours", "1")
    assert (code, secret.startswith("dk_"), "1 hours yet" in told) == (0, True, True)
    assert keys("rotate", key_id)[0] == 1
    assert keys("revoke", "key_none")[0] == 1
    assert keys("revoke", key_id)[0] == 0

    old, new = sorted(keys("list")[1].splitlines(), key=lambda line: key_id not in line)
    assert ("revoked" in old, "until" in new, "premium" in new, "acme" in new) == (True, True, True, True)


def test_a_key_with_a_scope_that_is_none_is_refused(tmp_path, capsys):
    assert main(["keys", "create", "robot", "--scopes", "submit,fly", "--data-dir", str(tmp_path)]) == 1

    assert "fly" in capsys.readouterr().err


@pytest.mark.parametrize("said", [("",), (" ",), ("a\nb",), ("robot", "--tenant", ""), ("robot", "--tenant", "a\x1b")])
def test_a_key_without_a_name_that_can_be_shown_is_refused(tmp_path, capsys, said):
    assert main(["keys", "create", *said, "--data-dir", str(tmp_path)]) == 1

    assert "of a key has at least one character" in capsys.readouterr().err
    assert not (tmp_path / "artifacts").exists()


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_number_that_is_no_port_is_said(tmp_path, capsys, port):
    assert main(["up", "--port", port, "--data-dir", str(tmp_path)]) == 3

    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path, capsys):
    (tmp_path / "file").touch()

    assert main(["up", "--port", "0", "--data-dir", str(tmp_path / "file" / "data")]) == 1

    assert "cannot be written: Not a directory" in capsys.readouterr().err


def test_less_than_no_workers_is_an_error(tmp_path, capsys):
    assert main(["up", "--port", "0", "--workers=-1", "--data-dir", str(tmp_path)]) == 1

    assert "-1 is no number of workers" in capsys.readouterr().err


def test_an_interface_without_redis_says_so_before_it_listens(tmp_path, capsys):
    assert main(["serve", "--port", "0", "--data-dir", str(tmp_path)]) == 1

    shown = capsys.readouterr()
    assert "There is no Redis" in shown.err
    assert "listens" not in shown.out


def test_a_setting_that_is_none_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DECALOGO_WORKRES", "2")

    assert main(["keys", "list", "--data-dir", str(tmp_path)]) == 1

    assert "the nearest is DECALOGO_WORKERS" in capsys.readouterr().err
