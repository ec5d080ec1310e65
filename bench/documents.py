"""Documents: a certificate drawn, tagged and signed; a thousand of them; a thousand pages; a module's paper.

``.venv-test/bin/python bench/documents.py`` keeps every reading in ``bench/results/``. The floors, in the same run: a
bare ReportLab page with one shaped line, and pyHanko's signature with a signer made for each file.
"""

from __future__ import annotations

import concurrent.futures
import datetime as dt
import io
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench.readings import keep, machine  # noqa: E402
from lms import config, create_app  # noqa: E402
from lms.curriculum import build, files, papers  # noqa: E402
from lms.documents import certificate, draw_paper, finishing, signing  # noqa: E402
from lms.documents.blocks import Paper, Paragraph  # noqa: E402
from lms.documents.keyring import Keyring  # noqa: E402
from tests.documents.test_certificate import FACTS  # noqa: E402

ROUNDS, PORTION, MANY = 5, 20, 1000
LINE = "برنامج مقاربة النوع والإدماج الاجتماعي"


def timed(act: Callable[[int], Any], times: int = PORTION) -> dict[str, Any]:
    """Milliseconds of one act: five readings, each the mean of a portion, and their median."""
    act(-1)
    readings = []
    for turn in range(ROUNDS):
        start = time.perf_counter()
        for number in range(times):
            act(turn * times + number)
        readings.append(round((time.perf_counter() - start) * 1000 / times, 2))
    return {"ms": readings, "median_ms": statistics.median(readings)}


def bare_page(_number: int) -> bytes:
    """ReportLab with a TTF of its own embedding and one line shaped by HarfBuzz."""
    import uharfbuzz as hb
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfgen.canvas import Canvas

    from lms.documents.fonts import face

    used = face("amiri")
    buffer = hb.Buffer()
    buffer.add_str(LINE)
    buffer.guess_segment_properties()
    hb.shape(used.hb_font, buffer)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(842, 595), pageCompression=1)
    canvas.setFont("Bare", 20)
    canvas.drawString(60, 300, LINE)
    canvas.save()
    assert pdfmetrics.getFont("Bare")
    return out.getvalue()


def register_bare_font() -> None:
    import fontpkg
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("Bare", str(fontpkg.path("Amiri", weight=400, style="normal"))))


def bare_signature(pdf: bytes, keyring: Keyring) -> Callable[[int], bytes]:
    """pyHanko as its guide shows it: the signer loaded for each file, the size of the signature estimated."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    path = str(keyring.signing().path)

    def sign(_number: int) -> bytes:
        signer = signers.SimpleSigner.load(path, path)
        meta = signers.PdfSignatureMetadata(field_name="Bare")
        return signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=signer).getvalue()

    return sign


def stages(keyring: Keyring) -> dict[str, Any]:
    """A certificate's drawing, structure and signature, each by itself, and the whole."""
    numbered = lambda number: replace(FACTS, serial=f"GSI-2026-{number % 1_000_000:06d}-A")  # noqa: E731
    given: list[tuple[Any, ...]] = []

    def hold(*arguments: Any) -> bytes:
        given[:] = [arguments]
        return b""

    finish, certificate.finish = certificate.finish, hold
    try:
        draw = timed(lambda number: certificate.draw(numbered(number)))
    finally:
        certificate.finish = finish
    structure = timed(lambda _number: finishing.finish(*given[0]))
    pdf = certificate.draw(FACTS)
    return {
        "bytes": len(pdf),
        "draw": draw,
        "structure": structure,
        "sign": timed(lambda _number: signing.sign(pdf, keyring)),
        "whole": timed(lambda number: signing.sign(certificate.draw(numbered(number)), keyring)),
        "bare_page_of_one_line": timed(bare_page),
        "bare_signature": timed(bare_signature(pdf, keyring)),
    }


def _portion(folder: str, numbers: range) -> int:
    forget_peak()
    keyring = Keyring(Path(folder))
    for number in numbers:
        signing.sign(certificate.draw(replace(FACTS, serial=f"GSI-2026-{number:06d}-A")), keyring)
    return peak()


def thousand_certificates(folder: Path) -> dict[str, Any]:
    """A thousand different certificates by two processes, and what each took at most, early and at the end."""
    start = time.perf_counter()
    with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        half = MANY // 2
        peaks = list(pool.map(_portion, [str(folder)] * 2, [range(half), range(half, MANY)]))
    return {"seconds": round(time.perf_counter() - start, 1), "peak_mib": peaks}


def peak() -> int:
    """MiB held at most since ``forget_peak``: a child would begin with its parent's otherwise."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _pages(count: int) -> dict[str, Any]:
    """A paper of about so many pages: seconds, bytes, pages, peak memory of its process."""
    text = (
        "Comparer des taux sans faute : même source, même année, écart en points, indice de parité, et que faire quand "
        "le chiffre manque. Un taux ne parle jamais seul. "
    )
    blocks = tuple(Paragraph(f"{number}. {text * 3}") for number in range(count * 8))
    paper = Paper("Mille pages", "fr", "Programme", ("Programme", "Essai"), dt.date(2026, 11, 29), blocks)
    forget_peak()
    before = peak()
    start = time.perf_counter()
    pdf = draw_paper(paper)
    seconds = round(time.perf_counter() - start, 2)
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = len(document.pages)
    return {"pages": pages, "seconds": seconds, "bytes": len(pdf), "before_mib": before, "peak_mib": peak()}


def many_pages() -> list[dict[str, Any]]:
    """Papers of 10, 100 and 1,000 pages, each in a process of its own."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        return list(pool.map(_pages, [10, 100, 1000]))


def modules() -> dict[str, Any]:
    """Each module's paper in both languages: seconds, pages, bytes; five readings of the first."""
    import pikepdf

    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(config.Settings(data_dir=Path(folder), testing=True))
        with app.test_request_context("/fr/"):
            content = build.curriculum(files.read(ROOT / "content"))
            for module in content.modules:
                for lang in ("ar", "fr"):
                    paper = papers.paper(content, f"module:{module.slug}", lang, made_on=dt.date(2026, 11, 29))
                    readings = []
                    for _ in range(ROUNDS if module.number == 1 else 1):
                        start = time.perf_counter()
                        pdf = draw_paper(paper)
                        readings.append(round(time.perf_counter() - start, 2))
                    with pikepdf.open(io.BytesIO(pdf)) as document:
                        pages = len(document.pages)
                    found[f"{module.slug}-{lang}"] = {"seconds": readings, "pages": pages, "bytes": len(pdf)}
    return found


def main() -> None:
    register_bare_font()
    with tempfile.TemporaryDirectory() as folder:
        keyring = Keyring(Path(folder))
        keyring.signing()
        result = {
            "machine": machine(),
            "certificate": stages(keyring),
            "thousand_certificates": thousand_certificates(Path(folder)),
            "papers_of_10_100_1000_pages": many_pages(),
            "modules": modules(),
        }
    print(json.dumps(result, indent=1))
    print(keep(result, "documents").relative_to(ROOT))


if __name__ == "__main__":
    main()
