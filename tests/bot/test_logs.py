"""What reaches the log holds no secret, no matter who logged it and how."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.logs import HIDDEN, HidingFormatter, JsonFormatter

SECRETS = ("s3cret", "s3cret/longer+one=", "mongodb://ada:pw@db/mixtape")


def formatted(message: str, *arguments: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("bot.x", logging.INFO, "x.py", 1, message, arguments, info)
    return HidingFormatter(SECRETS).format(record)


def test_line() -> None:
    """A line has time with zone, level, logger and message."""
    date, level, name, text = formatted("linked %s", "account-1").split(maxsplit=3)
    assert date[10] == "T"
    assert date[-5] in "+-"
    assert (level, name, text) == ("INFO", "bot.x:", "linked account-1")


@pytest.mark.parametrize("secret", [*SECRETS, "s3cret%2Flonger%2Bone%3D", "s3cret/longer%2Bone%3D"])
def test_known_secrets(secret: str) -> None:
    """Each secret we were given is hidden as a whole, also as it looks inside an address."""
    assert formatted("got <%s>", secret).endswith(f"got <{HIDDEN}>")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Authorization: Bearer MARKERMARKERMARKER", "Authorization:"),
        ("header Bot MARKERMARKER.MARK.ER-_ER sent", "Bot [hidden] sent"),
        ("Basic TUFSS0VSMARKERMARKER==", "Basic"),
        (
            "GET /callback?code=MARKER&state=MARKER HTTP/1.1",
            "/callback?code=[hidden]&state=[hidden] HTTP/1.1",
        ),
        ("grant_type=refresh_token&refresh_token=MARKER", "grant_type=refresh_token&"),
        ("code_verifier=MARKER&code=MARKER", "code_verifier="),
        ('{"access_token": "MARKER", "expires_in": 3600}', '"expires_in": 3600'),
        ("{'refresh_token': 'MARKER', 'scope': 'x'}", "'scope': 'x'"),
        (r'payload "{\"token\":\"MARKER\",\"type\":2}"', r"\"type\":2"),
        ("> Cookie: __Host-mixtape=MARKER; other=MARKER", "Cookie:"),
        ("Set-Cookie: mixtape=MARKER; Path=/", "Set-Cookie:"),
        ("{'Set-Cookie': 'mixtape=MARKER; Path=/'}", "Set-Cookie"),
        ("cannot reach mongodb://ada:MARKER@db.example.org/x", "mongodb://[hidden]@db.example.org/x"),
        ("mongodb+srv://MARKER:MARKER@db", "@db"),
        ("https://MARKER@example.org/", "example.org"),
        ("1mongodb://ada:MARKER@db", "@db"),
        ("_mongodb+srv://ada:MARKER@db", "@db"),
        ("a+" * 50 + "://MARKER@db", "@db"),
        ("x://y://ada:MARKER@db", "@db"),
        ("GET /link/MARKERMARKERMARKER_-x 200", "/link/[hidden] 200"),
        ("PATCH /webhooks/1234/MARKER/messages/@original", "/webhooks/1234/[hidden]/messages/@original"),
        ("POST /interactions/1234/MARKER/callback", "/callback"),
    ],
)
def test_what_looks_like_a_secret(text: str, kept: str) -> None:
    """Tokens, codes, states, cookies and passwords are hidden by where they stand; the rest stays readable."""
    line = formatted("%s", text)
    assert "MARKER" not in line
    assert kept in line


@pytest.mark.parametrize(
    "text",
    [
        "Bot connected as Mixtape#1234",
        "Basic authorization is needed",
        "status_code=404 for /v1/tracks/4uLU6hMCjMI75M1A2tKUQC",
        "GET /link/ 404",
        "mail ada@example.org, see https://example.org/a@b",
        '{"code": 50035, "message": "Invalid Form Body"}',
    ],
)
def test_ordinary_text(text: str) -> None:
    """What is no secret is left alone."""
    assert formatted("%s", text).endswith(text)


def test_json() -> None:
    """With LOG_FORMAT=json, each record is one JSON object on one line, and no secret is in it, quoted or not."""
    with pytest.raises(RuntimeError) as raised:
        raise RuntimeError('Bearer MARKERMARKERMARKER {"token": "MARKER"}')
    record = logging.LogRecord(
        "bot.x",
        logging.ERROR,
        "x.py",
        1,
        'said "%s"\n{"access_token": "MARKER"}',
        ('quo"ted s3cret \u202e',),
        (raised.type, raised.value, raised.tb),
    )
    record.reference = "3FA2C1"
    line = JsonFormatter([*SECRETS, 'quo"ted s3cret']).format(record)
    assert "\n" not in line
    assert line.isascii()
    said = json.loads(line)
    assert set(said) == {"time", "level", "logger", "message", "reference", "traceback"}
    assert (said["level"], said["logger"], said["reference"]) == ("ERROR", "bot.x", "3FA2C1")
    assert said["message"] == f'said "{HIDDEN} \\u202e"\\n{{"access_token": "{HIDDEN}"}}'
    assert said["traceback"].splitlines()[0] == "Traceback (most recent call last):"
    assert "MARKER" not in line
    assert "s3cret" not in line


def test_plain_json_record() -> None:
    """What a record has not, the line leaves out."""
    said = json.loads(
        JsonFormatter(()).format(logging.LogRecord("a", logging.INFO, "x.py", 1, "hi", (), None))
    )
    assert set(said) == {"time", "level", "logger", "message"}


PIECES = [
    *("a+", "a.", "a-", "a+a", "set-cookie", "a:", "a://", "a://b", "://", "a@", "a://b@", "mongodb+srv"),
    *(
        "Bot ",
        "Bearer a",
        "Basic\t",
        "token=",
        "code_verifier=",
        "token:",
        '"token":"',
        "'token'  ",
        '"token" ',
    ),
    *('\\"token', "cookie:", "authorization: ", "/link/", "/link/a", "/webhooks/1", "/webhooks/1/", "s3cre"),
    *("state ", " ", "\n", '"', "'", "\\", "+", "1", "é"),
]
LONG = 100_000


def seconds(text: str) -> float:
    """Of the processor's time, whatever else the machine does."""
    began = time.process_time()
    HidingFormatter(SECRETS).hide(text)
    return time.process_time() - began


@pytest.mark.parametrize("piece", PIECES)
def test_long_lines(piece: str) -> None:
    """However long a line, and whatever is repeated in it, it is done at once."""
    assert seconds(piece * (LONG // len(piece))) < 1


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.sampled_from(PIECES))
@settings(deadline=None, max_examples=40)
def test_any_long_line(pieces: list[str], before: str) -> None:
    """Nor does any mixture of them take long."""
    unit = "".join(pieces)
    assert seconds(before + unit * (LONG // len(unit))) < 1


def test_traceback() -> None:
    """Secrets in an exception's text are hidden, its cause included."""
    with pytest.raises(RuntimeError) as raised:
        raise RuntimeError("Bearer MARKERMARKERMARKER") from ValueError("s3cret")
    text = formatted("failed", error=raised.value)
    assert "RuntimeError: Bearer [hidden]" in text
    assert "ValueError: [hidden]" in text


def test_one_line() -> None:
    """A name with line breaks, terminal codes or text direction marks cannot fake a line."""
    text = formatted("hello %s", "x\n2026-01-01 INFO bot: all is well\r\x1b[2J\u202e\u2028")
    assert text.isprintable()
    assert "x\\n2026" in text


SCRIPT = """
import logging, sys, warnings
from bot import logs
logs.configure(sys.argv[1], ["s3cret"])
for name in ("bot.services.adding", "cogs.add", "__main__", "discord.http", "aiosqlite", "unheard.of"):
    logging.getLogger(name).debug("debug of %s", name)
    logging.getLogger(name).info("info of %s", name)
    logging.getLogger(name).warning("warning of %s", name)
logging.getLogger("bot").info("%d s3cret", "no number")
warnings.warn("s3cret")
raise ValueError("s3cret")
"""


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING"])
def test_configure(level: str) -> None:
    """Our level is the operator's; libraries never say DEBUG; warnings and crashes go the same way."""
    result = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-W", "default", "-c", SCRIPT, level], capture_output=True, text=True, check=False
    )
    lines = result.stderr.splitlines()
    assert (result.returncode, result.stdout) == (1, "")
    assert any(line.endswith("debug of cogs.add") for line in lines) is (level == "DEBUG")
    assert any(line.endswith("info of __main__") for line in lines) is (level != "WARNING")
    assert any(line.endswith("info of aiosqlite") for line in lines) is (level != "WARNING")
    assert sum("warning of" in line for line in lines) == 6
    assert not any("debug of" in line for line in lines if not line.endswith(("adding", "add", "__main__")))
    assert any("UserWarning: [hidden]" in line for line in lines)
    assert lines[-1] == "ValueError: [hidden]"
    assert "s3cret" not in result.stderr
