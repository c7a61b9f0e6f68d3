"""A real S3 server in a process of its own, with one bucket a test."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import boto3
import httpx

from app.commands.service import free_port
from infra.objects_s3 import S3ObjectStore

_KEYS = {"aws_access_key_id": "AKIATEST", "aws_secret_access_key": "a-secret-of-the-tests"}


class S3:
    """A server that answers at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **_KEYS)

    def bucket(self) -> str:
        """The name of a new, empty bucket."""
        name = f"test-{uuid4().hex[:12]}"
        self.client.create_bucket(Bucket=name)
        return name

    @contextmanager
    def strict(self) -> Iterator[None]:
        """Credentials are looked at, and nobody's are known."""
        url = f"{self.url}/moto-api/reset-auth"
        httpx.post(url, content=b"0", trust_env=False).raise_for_status()
        try:
            yield
        finally:
            httpx.post(url, content=b"inf", trust_env=False).raise_for_status()

    def store(self, bucket: str, prefix: str = "some/prefix") -> S3ObjectStore:
        """A store in that bucket."""
        return S3ObjectStore(
            bucket,
            prefix,
            endpoint=self.url,
            region="us-east-1",
            key_id=_KEYS["aws_access_key_id"],
            secret=_KEYS["aws_secret_access_key"],
        )


@contextmanager
def s3_server() -> Iterator[S3]:
    """The server; it has ended when the block has."""
    port = free_port("127.0.0.1", 0)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until_it_answers(f"http://127.0.0.1:{port}", process)
        yield S3(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()


def _until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(f"{url}/moto-api/", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("The S3 server did not come up.")
