"""Mail by SMTP, against a server that listens for one letter."""

import email
import socket
import threading
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage

import pytest

from lms.gateways.mail import NoMail, SmtpMail
from lms.gateways.sms import NoSms
from lms.kernel.errors import Unavailable


class Server:
    """As much of SMTP as one letter needs."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.letters: list[EmailMessage] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            line, _ = self._door.accept()
            with line, line.makefile("rwb") as file:
                if not self._talk(file):
                    return

    def _talk(self, file: object) -> bool:
        write, read = file.write, file.readline  # type: ignore[attr-defined]  # a file of a socket

        def say(words: str) -> None:
            write(f"{words}\r\n".encode())
            file.flush()  # type: ignore[attr-defined]  # a file of a socket

        say("220 here")
        while command := read().strip().upper():
            if command == b"STOP":
                return False
            if command == b"QUIT":
                say("221 bye")
                return True
            if command == b"DATA":
                say("354 go on")
                raw = b"".join(iter(read, b".\r\n"))
                parsed = email.message_from_bytes(raw, policy=policy.default)
                assert isinstance(parsed, EmailMessage)
                self.letters.append(parsed)
            say("250 ok")
        return True

    def stop(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.sendall(b"STOP\r\n")
            self._thread.join()
        self._door.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


def test_a_letter_arrives_with_its_words_and_a_steady_id(server: Server) -> None:
    mail = SmtpMail(f"smtp://127.0.0.1:{server.port}", "no-reply@xueshi.example")

    for _ in range(2):
        mail.send("wang@demo.example", "验证码", "您的验证码是 123456。", key="k1")

    first, second = server.letters
    assert first["To"] == "wang@demo.example"
    assert first["Subject"] == "验证码"
    assert first.get_content().strip() == "您的验证码是 123456。"
    assert first["Message-ID"] == second["Message-ID"]


def test_a_server_that_is_away_is_unavailable_and_names_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    mail = SmtpMail(f"smtp://127.0.0.1:{port}", "no-reply@xueshi.example")

    with pytest.raises(Unavailable, match=r"mail\.unavailable") as told:
        mail.send("wang@demo.example", "验证码", "123456", key="k1")

    assert "wang" not in repr(told.value.facts)


def test_without_a_provider_nothing_is_pretended() -> None:
    with pytest.raises(Unavailable, match=r"sms\.not_configured"):
        NoSms().send("13900001111", "123456", key="k")
    with pytest.raises(Unavailable, match=r"mail\.not_configured"):
        NoMail().send("a@demo.example", "s", "t", key="k")
