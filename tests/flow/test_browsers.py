"""What browsers and proxies are told with every answer, and TLS."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.knobs import Http, Settings
from app.main import create_app
from domain.errors import SettingsError
from tests.fakes.world import a_job, a_key, services
from tests.flow.service import running, serving, settings_for

KEY = {"Authorization": "Bearer s"}
SHIELD = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
ASKED = [
    ("GET", "/health", 200),
    ("GET", "/api/v1/batch/batch_1", 200),
    ("GET", "/api/v1/batch/none", 404),
    ("GET", "/nowhere", 404),
    ("PUT", "/upload", 405),
    ("OPTIONS", "/upload", 204),
    ("HEAD", "/openapi.json", 200),
    ("POST", "/upload", 415),
    ("GET", "/api/v1/batch?limit=0", 400),
]


@pytest.fixture
async def world():
    made = services(keys=(a_key(scopes=("submit", "read", "operate")),))
    await made.jobs.create(a_job(*(f"d{n}" for n in range(40))))
    return made


@pytest.mark.parametrize(("method", "path", "status"), ASKED)
async def test_every_answer_tells_browsers_what_not_to_do(world, method, path, status):
    async with serving(world) as client:
        response = await client.request(method, path, headers=KEY)

    assert response.status_code == status
    assert {name: response.headers.get(name) for name in SHIELD} == SHIELD
    assert "server" not in response.headers
    assert "x-powered-by" not in response.headers
    assert "strict-transport-security" not in response.headers
    assert "Accept-Encoding" in response.headers["vary"]


async def test_what_is_refused_before_it_is_a_request_tells_so_too(tmp_path, redis, valkey_url):
    async with running(settings_for(tmp_path, valkey_url), workers=0) as client:
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(b"hola\r\n\r\n")
        told = (await asyncio.wait_for(reader.read(), 10)).decode().lower()
        writer.close()
        good = await client.get("/health")

    assert all(f"{name}: {value.lower()}\r\n" in told for name, value in SHIELD.items())
    assert "server:" not in told
    assert "server" not in good.headers


async def test_a_long_status_comes_compressed_to_who_takes_that(world):
    async with serving(world) as client:
        plain = await client.get("/api/v1/batch/batch_1", headers=KEY | {"Accept-Encoding": "identity"})
        packed = await client.get("/api/v1/batch/batch_1", headers=KEY | {"Accept-Encoding": "gzip"})
        known = {"If-None-Match": packed.headers["etag"]}
        again = await client.get("/api/v1/batch/batch_1", headers=KEY | known | {"Accept-Encoding": "gzip"})

    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    assert packed.json() == plain.json()
    assert (again.status_code, again.content) == (304, b"")
    assert packed.headers["etag"] == plain.headers["etag"]
    assert packed.headers["etag"].startswith("W/")


async def test_a_page_of_an_allowed_origin_may_call_and_both_are_told_to_vary(world):
    app = create_app(Settings(http=Http(cors_origins="https://a.example")))
    async with serving(world, app=app) as client:
        good = await client.get("/api/v1/batch/batch_1", headers=KEY | {"Origin": "https://a.example"})
        bad = await client.get("/api/v1/batch/batch_1", headers=KEY | {"Origin": "https://b.example"})

    assert good.headers["access-control-allow-origin"] == "https://a.example"
    assert "access-control-allow-origin" not in bad.headers
    assert {"Origin", "Accept-Encoding"} <= {word.strip() for word in good.headers["vary"].split(",")}


@pytest.mark.parametrize(
    ("trusted", "told", "strict"),
    [("127.0.0.1", "https", True), ("127.0.0.1", "http", False), ("", "https", False), ("10.0.0.0/8", "https", False)],
)
async def test_over_the_tls_of_a_trusted_proxy_browsers_are_told_to_stay_there(world, trusted, told, strict):
    app = create_app(Settings(http=Http(trusted_proxies=trusted)))
    async with serving(world, app=app) as client:
        response = await client.get("/health", headers={"X-Forwarded-Proto": told})

    assert ("strict-transport-security" in response.headers) is strict


@pytest.fixture
def certificate(tmp_path):
    """A self-signed certificate of this machine and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "decalogo")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "tls.crt", tmp_path / "tls.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return files


async def test_with_a_certificate_it_speaks_tls_and_nothing_else(tmp_path, redis, valkey_url, certificate):
    file, key = certificate
    named = {"DECALOGO_TLS_CERTIFICATE": str(file), "DECALOGO_TLS_KEY": str(key)}
    settings = settings_for(tmp_path / "data", valkey_url, **named)
    async with running(settings, workers=0) as plain:
        port = plain.base_url.port
        trust = ssl.create_default_context(cafile=str(file))
        async with httpx.AsyncClient(verify=trust, base_url=f"https://127.0.0.1:{port}", trust_env=False) as client:
            good = await client.get("/health")
            unknown = await client.get("/nowhere")
        with pytest.raises(httpx.HTTPError):
            await plain.get("/health")

    assert (good.status_code, unknown.status_code) == (200, 404)
    assert good.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert "strict-transport-security" in unknown.headers


async def test_what_is_no_request_is_refused_over_tls_too(tmp_path, redis, valkey_url, certificate):
    file, key = certificate
    named = {"DECALOGO_TLS_CERTIFICATE": str(file), "DECALOGO_TLS_KEY": str(key)}
    async with running(settings_for(tmp_path / "data", valkey_url, **named), workers=0) as plain:
        trust = ssl.create_default_context(cafile=str(file))
        reader, writer = await asyncio.open_connection("127.0.0.1", plain.base_url.port, ssl=trust)
        writer.write(b"hola\r\n\r\n")
        told = await asyncio.wait_for(reader.readuntil(b"}"), 10)
        writer.transport.abort()

    assert told.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("broken", ["no file", "no key", "no certificate"])
def test_a_certificate_that_cannot_be_used_keeps_the_service_from_starting(tmp_path, certificate, broken):
    file, key = certificate
    if broken == "no file":
        file = tmp_path / "none.crt"
    else:
        (key if broken == "no key" else file).write_text("nothing")

    with pytest.raises(SettingsError, match="TLS"):
        create_app(Settings(http=Http(tls_certificate=file, tls_key=key)))
