"""The interface as the commands use it: uploads streamed from disk, answers decoded, refusals as errors with a code."""

import mimetypes
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec

from domain.errors import BackendUnavailableError, DecalogoError, UnauthorizedError, ValidationFailedError
from domain.job import FINAL

_MOST_PATIENCE_SECONDS = 300.0
_PATIENCE = httpx.Timeout(10.0, read=60.0, write=60.0)


class RefusedError(DecalogoError):
    """The service refused the request."""

    def __init__(self, code: str, message: str, **facts: str | float | bool | None) -> None:
        super().__init__(f"{message} ({code})", **facts)
        self.code = code


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that was taken in."""

    job_id: str
    document_count: int


class DocumentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where one document of a batch stands."""

    document_id: str
    name: str
    status: str
    stage: str | None = None
    error: Mapping[str, Any] | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Where a batch stands."""

    job_id: str
    status: str
    document_count: int
    documents_completed: int
    documents_failed: int
    documents: tuple[DocumentStatus, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in FINAL


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a batch."""

    id: str
    kind: str
    data: Mapping[str, Any]


class Client:
    """One service, by its URL and a key. Raises RefusedError, and BackendUnavailableError when nobody answers."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(
            base_url=self.url,
            headers={"authorization": f"Bearer {key}"},
            timeout=_PATIENCE,
            trust_env=False,  # a proxy of the environment has no business between a machine and itself
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def submit(self, files: Sequence[Path]) -> Accepted:
        """Send the files as one batch; each is read while it is sent."""

        def send() -> httpx.Response:
            with ExitStack() as opened:
                parts = [("files", (f.name, opened.enter_context(_open(f)), _kind(f))) for f in files]
                return self._http.post("/api/v1/batch/upload", files=parts)

        with self._answering():
            return msgspec.json.decode(_body(_patiently(send)), type=Accepted)

    def status(self, job_id: str) -> Status:
        """Where the batch stands."""
        with self._answering():
            return msgspec.json.decode(self._got(f"/api/v1/batch/status/{job_id}"), type=Status)

    def events(self, job_id: str, last_id: str | None = None) -> Iterator[Told | None]:
        """What happens to the batch, as it happens, after `last_id`; None while nothing does. It ends with the batch,
        and may end before: then BackendUnavailableError is raised, or the batch has not ended.
        """
        headers = {} if last_id is None else {"last-event-id": last_id}
        path = f"/api/v1/batch/{job_id}/events"
        with self._answering(), self._http.stream("GET", path, headers=headers) as response:
            if response.status_code >= 400:
                response.read()
                _body(response)
            yield from _told(response.iter_lines())

    def results(self, job_id: str) -> Mapping[str, Any]:
        """All that was found, with evidence."""
        with self._answering():
            return msgspec.json.decode(self._got(f"/api/v1/batch/results/{job_id}"), type=dict[str, Any])

    def workers(self) -> int | None:
        """How many workers live, as the service last saw; None when it did not look yet."""
        with self._answering():
            body = msgspec.json.decode(_body(self._http.get("/health")), type=dict[str, Any])
            workers = body["components"].get("workers")
            return None if workers is None else int(workers["total_workers"])

    def _got(self, path: str) -> bytes:
        return _body(_patiently(lambda: self._http.get(path)))

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except httpx.TransportError as error:
            raise BackendUnavailableError(
                f"No service answers at {self.url} ({error}). Start one with `decalogo up`.", url=self.url
            ) from error
        except msgspec.DecodeError as error:
            raise BackendUnavailableError(f"What answers at {self.url} is not this service.", url=self.url) from error


def _patiently(send: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer; while it is that too much was asked, ask again when it says that one may, for some minutes in all."""
    waited = 0.0
    while True:
        response = send()
        after = response.headers.get("retry-after", "")
        if response.status_code != httpx.codes.TOO_MANY_REQUESTS or not after.isdigit():
            return response
        waited += int(after)
        if waited > _MOST_PATIENCE_SECONDS:
            return response
        time.sleep(int(after))


def read_key(file: Path) -> str:
    """The key that a service left for whoever shares its machine. Raises UnauthorizedError when there is none."""
    try:
        return file.read_text().strip()
    except OSError as error:
        raise UnauthorizedError(f"The key in {file} cannot be read: {error.strerror}.", file=str(file)) from error


def _open(file: Path) -> Any:
    try:
        return file.open("rb")
    except OSError as error:
        raise ValidationFailedError(f"{file} cannot be read: {error.strerror}.", file=str(file)) from error


def _kind(file: Path) -> str:
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def _told(lines: Iterator[str]) -> Iterator[Told | None]:
    """The events of a stream whose data are one line each, as this service sends them."""
    fields: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            yield None
        elif line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            data = msgspec.json.decode(fields["data"], type=dict[str, Any])
            yield Told(id=fields.get("id", ""), kind=fields.get("event", ""), data=data)
            fields = {}


def _body(response: httpx.Response) -> bytes:
    if response.status_code < 400:
        return response.content
    try:
        body = msgspec.json.decode(response.content, type=dict[str, Any])
    except msgspec.DecodeError:
        body = {}
    code = body.get("error") or f"http_{response.status_code}"
    raise RefusedError(str(code), str(body.get("message") or response.reason_phrase), status=response.status_code)
