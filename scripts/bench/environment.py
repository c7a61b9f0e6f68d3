"""The environment of the twin: the service's own packages, and before them those that only the twin needs."""

import subprocess
import sys
import sysconfig
from pathlib import Path

from processes import BENCH, ROOT

_REQUIREMENTS = BENCH / "twin" / "requirements.txt"


def twin_python() -> Path:
    """Its interpreter; made at the first call (half a minute, with a network) and when they change."""
    venv = ROOT / ".var" / "bench-venv"
    stamp, python = venv / "requirements.txt", venv / "bin" / "python"
    if stamp.is_file() and stamp.read_bytes() == _REQUIREMENTS.read_bytes():
        return python
    sys.stderr.write(f"Making the twin's environment in {venv} (once)\n")
    subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
    here = sysconfig.get_path("purelib")
    site = sysconfig.get_path("purelib", vars={"base": str(venv), "platbase": str(venv)})
    Path(site, "service.pth").write_text(f"{here}\n")  # after its own packages, before nothing
    install = (python, "-m", "pip", "-q", "--disable-pip-version-check", "install", "-r", _REQUIREMENTS)
    subprocess.run(install, check=True)
    stamp.write_bytes(_REQUIREMENTS.read_bytes())
    return python
