"""Where the house is put together: settings, keys, gateways, doors, commands."""

import sys
from collections.abc import Mapping
from typing import Any

from flask import Flask

from lms import tables
from lms.accounts import services as accounts
from lms.catalogue.ports import (
    BundleDesk,
    CoverStudio,
    DocumentPress,
    FilmLab,
    MediaStore,
    PartShelf,
)
from lms.claims.ports import PaperDesk
from lms.commerce.ports import (
    Checkout,
    HandoverPress,
    InvoiceReader,
    Merchants,
    QuotePress,
    StatementReader,
)
from lms.credentials.ports import (
    DesignPress,
    FileReader,
    LogoStudio,
    LongTerm,
    Printer,
    RegistrationPrinter,
    StatusPress,
)
from lms.evidence.ports import Sealer
from lms.exports.ports import ExportShelf, ListMaker
from lms.gateways import mail, sms, tills
from lms.gateways.batch_pack import SealedBatchPacker
from lms.gateways.beats import BeatFiles
from lms.gateways.binding import LocalBinder
from lms.gateways.bundles import ZipBundles
from lms.gateways.clips import LocalFilmRoom
from lms.gateways.credential import SignedStatusLists
from lms.gateways.documents import LocalDocumentPress
from lms.gateways.drawing.previews import Previews
from lms.gateways.export_files import ShutExports
from lms.gateways.form_press import PdfFormPress
from lms.gateways.handover_files import LocalHandoverPress
from lms.gateways.invoice_files import LocalInvoiceReader
from lms.gateways.letters import PdfLetters
from lms.gateways.locks import FileLocks
from lms.gateways.media import DiskStore
from lms.gateways.media_lab import LocalFilmLab
from lms.gateways.media_parts import DiskParts
from lms.gateways.media_s3 import S3Store
from lms.gateways.pack import ZipWrapper
from lms.gateways.papers import LocalPaperDesk
from lms.gateways.photo import LocalStudio
from lms.gateways.price_quotes import PdfQuotes
from lms.gateways.printing import (
    CertificatePrinter,
    RegistrationCertificatePrinter,
)
from lms.gateways.province_report import ZipReports
from lms.gateways.reader import LocalReader
from lms.gateways.recordings import LocalRecordings
from lms.gateways.seal import Ed25519Sealer
from lms.gateways.signing import outside, remote
from lms.gateways.signing.believing import known
from lms.gateways.signing.keys import HouseKeyMaker
from lms.gateways.stamping import TimeAuthority, believed
from lms.gateways.statement_files import LocalStatementReader
from lms.gateways.workbooks import LocalWorkbooks
from lms.jobs import commands
from lms.kernel import pii, work
from lms.kernel.clock import Clock, system_clock
from lms.kernel.grids import WorkbookReader
from lms.kernel.settings import BadSettings, Settings, from_env
from lms.learning.ports import BeatBook
from lms.notify.ports import MailSender, SmsSender
from lms.people.ports import LockBook, PhotoStudio, RecordingDesk
from lms.registration.ports.dossier import Binder, FilmRoom, FormPress
from lms.registration.ports.letters import LetterPress
from lms.reports.ports import BatchPacker, BeatReader, PackWrapper, ReportPress
from lms.signing.ports import KeyMaker
from lms.web.api import answers
from lms.web.app import create_app
from lms.web.replay import ViewLists

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
    outside.install({remote.SCHEME: remote.Services(remote.services(settings.signers))})
    beats = BeatFiles(settings.data_dir / "beats")
    joined: dict[type[Any], Any] = {
        MailSender: mail.sender(settings),
        SmsSender: sms.sender(settings),
        PhotoStudio: LocalStudio(),
        CoverStudio: LocalStudio(),
        PaperDesk: LocalPaperDesk(),
        RecordingDesk: LocalRecordings(),
        LockBook: FileLocks(settings.data_dir / "locks.csv"),
        Sealer: Ed25519Sealer(
            settings.secrets.signing, f"{settings.host}/transparency"
        ),
        BatchPacker: SealedBatchPacker(settings.data_dir / "packages"),
        BundleDesk: ZipBundles(),
        BeatBook: beats,
        BeatReader: beats,
        Binder: LocalBinder(),
        FilmRoom: LocalFilmRoom(),
        FormPress: PdfFormPress(settings.cache_dir),
        StatementReader: LocalStatementReader(),
        HandoverPress: LocalHandoverPress(),
        InvoiceReader: LocalInvoiceReader(),
        WorkbookReader: LocalWorkbooks(),
    }
    joined.update(_media(settings))
    joined.update(_exports(settings))
    joined[Checkout] = joined[Merchants] = tills.checkout(settings)
    joined[PackWrapper] = ZipWrapper(settings.cache_dir, joined[Sealer])
    joined[LetterPress] = PdfLetters(settings.cache_dir)
    joined[QuotePress] = PdfQuotes(settings.cache_dir, specimen=settings.demo)
    return {**joined, **_sealing(settings)}


def _exports(settings: Settings) -> Mapping[type[Any], Any]:
    """Join what makes the files of exports, and what keeps them shut."""
    folder = settings.data_dir / "exports"
    return {
        ExportShelf: ShutExports(folder),
        ListMaker: ViewLists(folder / "work"),
        ReportPress: ZipReports(folder / "work", settings.base_url),
    }


def _media(settings: Settings) -> Mapping[type[Any], Any]:
    """Join what keeps films, takes them in and makes them ready."""
    bucket = settings.media_s3
    store: MediaStore = (
        S3Store(bucket, settings.uploads_dir)
        if bucket
        else DiskStore(settings.media_dir)
    )
    return {
        MediaStore: store,
        PartShelf: DiskParts(settings.uploads_dir),
        FilmLab: LocalFilmLab(settings.uploads_dir, store),
        DocumentPress: LocalDocumentPress(settings.uploads_dir / "documents", store),
    }


def _sealing(settings: Settings) -> Mapping[type[Any], Any]:
    """Join what prints certificates, seals them and reads them again."""
    cache, base_url = settings.cache_dir, settings.base_url
    believing = believed(settings.tsa_roots)
    joined: dict[type[Any], Any] = {
        Printer: CertificatePrinter(cache, base_url, specimen=settings.demo),
        RegistrationPrinter: RegistrationCertificatePrinter(
            cache, base_url, specimen=settings.demo
        ),
        FileReader: LocalReader(believing),
        StatusPress: SignedStatusLists(base_url, settings.secrets.signing),
        DesignPress: Previews(cache, base_url),
        LogoStudio: LocalStudio(),
        KeyMaker: HouseKeyMaker(cache, base_url, known(settings.signing_roots)),
    }
    if settings.tsa_url:
        joined[LongTerm] = TimeAuthority(settings.tsa_url, believing)
    return joined
