"""Where the house is put together: settings, keys, gateways, doors, commands."""

import sys
from collections.abc import Mapping
from typing import Any

from flask import Flask

from lms import tables
from lms.accounts import services as accounts
from lms.catalogue.ports import CoverStudio, MediaStore
from lms.claims.ports import PaperDesk
from lms.commerce.ports import Checkout
from lms.credentials.ports import Printer, RegistrationPrinter
from lms.evidence.ports import Sealer
from lms.gateways import mail, sms
from lms.gateways.beats import BeatFiles
from lms.gateways.binding import LocalBinder
from lms.gateways.clips import LocalFilmRoom
from lms.gateways.form_press import PdfFormPress
from lms.gateways.letters import PdfLetters
from lms.gateways.locks import FileLocks
from lms.gateways.media import DiskStore
from lms.gateways.pack import ZipWrapper
from lms.gateways.papers import LocalPaperDesk
from lms.gateways.pdf import PdfPrinter, RegistrationPdfPrinter
from lms.gateways.photo import LocalStudio
from lms.gateways.recordings import LocalRecordings
from lms.gateways.seal import Ed25519Sealer
from lms.gateways.stripe import NoCheckout, StripeCheckout
from lms.jobs import commands
from lms.kernel import pii, work
from lms.kernel.clock import Clock, system_clock
from lms.kernel.settings import BadSettings, Settings, from_env
from lms.learning.ports import BeatBook
from lms.notify.ports import MailSender, SmsSender
from lms.people.ports import LockBook, PhotoStudio, RecordingDesk
from lms.registration.ports.dossier import Binder, FilmRoom, FormPress
from lms.registration.ports.letters import LetterPress
from lms.reports.ports import BeatReader, PackWrapper
from lms.web.api import answers
from lms.web.app import create_app

__all__ = ["build", "ports", "tables"]


def build() -> Flask:
    """Build the application that the environment describes, or say what is wrong."""
    try:
        settings = from_env()
    except BadSettings as bad:
        sys.exit("The settings cannot be used:\n  " + "\n  ".join(bad.problems))
    return assemble(settings)


def assemble(
    settings: Settings, *, clock: Clock = system_clock, limits: bool = True
) -> Flask:
    """Join the parts for given settings."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    secrets = settings.secrets
    pii.install(pii.Keyring(master=secrets.master, pepper=secrets.pepper))
    accounts.install_pepper(secrets.password_pepper)
    work.arm_from(settings.failpoints)
    app = create_app(settings, ports(settings), clock=clock, limits=limits)
    commands.register(app, answers.answer_text)
    return app


def ports(settings: Settings) -> Mapping[type[Any], Any]:
    """Join each port to its gateway."""
    beats = BeatFiles(settings.data_dir / "beats")
    joined: dict[type[Any], Any] = {
        MailSender: mail.sender(settings),
        SmsSender: sms.sender(settings),
        MediaStore: DiskStore(settings.media_dir),
        PhotoStudio: LocalStudio(),
        CoverStudio: LocalStudio(),
        PaperDesk: LocalPaperDesk(),
        RecordingDesk: LocalRecordings(),
        LockBook: FileLocks(settings.data_dir / "locks.csv"),
        Sealer: Ed25519Sealer(
            settings.secrets.signing, f"{settings.host}/transparency"
        ),
        BeatBook: beats,
        BeatReader: beats,
        Binder: LocalBinder(),
        FilmRoom: LocalFilmRoom(),
        FormPress: PdfFormPress(settings.cache_dir),
    }
    stripe = settings.stripe
    joined[Checkout] = StripeCheckout(stripe) if stripe.ready else NoCheckout()
    joined[PackWrapper] = ZipWrapper(settings.cache_dir, joined[Sealer])
    joined[Printer] = PdfPrinter(settings.cache_dir, settings.base_url)
    joined[RegistrationPrinter] = RegistrationPdfPrinter(
        settings.cache_dir, settings.base_url, specimen=settings.demo
    )
    joined[LetterPress] = PdfLetters(settings.cache_dir)
    return joined
