"""The service as a child of a command: started, waited for, and gone when its block ends.

It is on a leash: should this process be killed with -9, the kernel ends the service, which holds its own children so.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from domain.errors import BackendUnavailableError, CallerError
from infra.leash import leashed

PORT_TAKEN = 3
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_READY_SECONDS = 60.0
_STOP_SECONDS = 20.0


class PortTakenError(CallerError):
    """The port is taken."""

    code = "port_taken"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a service of our own listens and keeps what it has."""

    host: str
    port: int
    data: Path

    @property
    def reached(self) -> str:
        """The host under which this machine reaches it."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - it may listen everywhere

    @property
    def url(self) -> str:
        """Of its interface."""
        return f"http://[{self.reached}]:{self.port}" if ":" in self.reached else f"http://{self.reached}:{self.port}"

    @property
    def log(self) -> Path:
        """What it has to say."""
        return self.data / "service.log"


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM and a hang-up in the block raise KeyboardInterrupt, as Ctrl-C does; what nohup ignores stays ignored."""
    heard = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, signal.default_int_handler) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def service(place: Place) -> Iterator["subprocess.Popen[bytes]"]:
    """A service that has been started; `until_ready` waits for it. It has ended when the block has."""
    place.data.mkdir(parents=True, exist_ok=True)
    process = _start(place)
    try:
        yield process
    finally:
        stop(process)


def free_port(host: str, port: int) -> int:
    """The port, once nobody listens there; for 0 one that is free. Raises PortTakenError."""
    try:
        with socket.create_server((host, port), family=_family(host)) as probe:
            return int(probe.getsockname()[1])
    except OSError as error:
        raise _taken(host, port) from error


def until_ready(process: "subprocess.Popen[bytes]", place: Place) -> None:
    """Return when it takes batches. Raises PortTakenError, and BackendUnavailableError when it does not come up."""
    end = time.monotonic() + _READY_SECONDS
    while process.poll() is None and time.monotonic() < end:
        if _ready(place):
            return
        time.sleep(0.02)
    if process.returncode == PORT_TAKEN:
        raise _taken(place.host, place.port)
    raise BackendUnavailableError(f"The service did not come up. Its log: {place.log}\n{last_words(place.log)}")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End the service and everything that it started; nothing can interrupt this."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _start(place: Place) -> "subprocess.Popen[bytes]":
    decalogo = Path(sys.executable).with_name("decalogo")
    environ = dict(os.environ)  # noqa: TID251 - it passes on to the service, which loads its settings from it
    environ |= {"DECALOGO_HOST": place.host, "DECALOGO_PORT": str(place.port), "DECALOGO_DATA_DIR": str(place.data)}
    environ["DECALOGO_TLS_CERTIFICATE"] = ""  # it is ours alone, under a name that is in no certificate
    with place.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own program
            leashed(os.getpid(), str(decalogo), "up"),
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C goes to us, and we end it in order
        )


def _ready(place: Place) -> bool:
    connection = http.client.HTTPConnection(place.reached, place.port, timeout=2.0)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _taken(host: str, port: int) -> PortTakenError:
    return PortTakenError(
        f"Port {port} of {host} cannot be had: another program has it. Choose another: --port {port + 1}", port=port
    )


def ended(process: "subprocess.Popen[bytes]", place: Place) -> BackendUnavailableError:
    """What to say of a service that ended by itself."""
    return BackendUnavailableError(
        f"The service ended by itself (status {process.returncode}). Its log: {place.log}\n{last_words(place.log)}"
    )


def last_words(log: Path) -> str:
    """The end of a log but for its routine, cut to what a person reads."""
    routine = ('"level":"info"', '"level":"debug"')
    lines = [line for line in log.read_text(errors="replace").splitlines() if not any(r in line for r in routine)][-6:]
    return "\n".join(f"  {line[:160]}…" if len(line) > 160 else f"  {line}" for line in lines)
