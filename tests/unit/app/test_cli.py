import subprocess
import sys

from app.cli import COMMANDS, main


def test_without_a_command_it_names_them_all(capsys):
    assert main([]) == 0

    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in shown] == []


def test_an_unknown_command_is_an_error(capsys):
    assert main(["upp"]) == 2

    assert "unknown command upp" in capsys.readouterr().err


def test_it_starts_light():
    heavy = "{'litestar', 'redis', 'arq', 'opentelemetry', 'numpy', 'structlog', 'onnxruntime'}"
    program = f"import app.cli, sys; sys.exit(sorted({heavy} & set(sys.modules)) or 0)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_key_is_created_shown_once_and_listed_without_its_secret(tmp_path, capsys):
    assert main(["keys", "create", "robot", "--tenant", "acme", "--data-dir", str(tmp_path)]) == 0
    secret = capsys.readouterr().out.strip()

    assert main(["keys", "list", "--data-dir", str(tmp_path)]) == 0

    listed = capsys.readouterr().out
    assert "acme" in listed
    assert "robot" in listed
    assert secret not in listed + (tmp_path / "keys.json").read_text()


def test_a_key_with_a_scope_that_is_none_is_refused(tmp_path, capsys):
    assert main(["keys", "create", "robot", "--scopes", "submit,fly", "--data-dir", str(tmp_path)]) == 1

    assert "fly" in capsys.readouterr().err


def test_a_setting_that_is_none_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DECALOGO_WORKRES", "2")

    assert main(["keys", "list", "--data-dir", str(tmp_path)]) == 1

    assert "the nearest is DECALOGO_WORKERS" in capsys.readouterr().err
