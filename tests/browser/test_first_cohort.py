"""From an empty database to people at work: what a new administrator does on the first day, in Arabic and in French."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.site import DEMO_PASSWORD, PASSWORD, Site, serve

ADMINISTRATOR = "salma@example.ma"
ORGANISATIONS = """\
Code;Nom en arabe;Nom en français;Nom court en arabe;Nom court en français
dfp;قطاع التكوين المهني;Département de la formation professionnelle;قطاع التكوين المهني;DFP
ofppt;مكتب التكوين المهني وإنعاش الشغل;Office de la formation professionnelle et de la promotion du travail;المكتب;OFPPT
agriculture;قطاع الفلاحة;Secteur de l’agriculture;الفلاحة;Agriculture
peche;قطاع الصيد البحري;Secteur de la pêche maritime;الصيد البحري;Pêche maritime
artisanat;قطاع الصناعة التقليدية;Secteur de l’artisanat;الصناعة التقليدية;Artisanat
tourisme;قطاع السياحة;Secteur du tourisme;السياحة;Tourisme
jeunesse;قطاع الشباب;Secteur de la jeunesse;الشباب;Jeunesse
entraide;التعاون الوطني;Entraide nationale;التعاون الوطني;Entraide nationale
anlca;الوكالة الوطنية لمحاربة الأمية;Agence nationale de lutte contre l’analphabétisme;وكالة محاربة الأمية;ANLCA
"""
PLACES = ["DFP", "OFPPT", "Agriculture", "Artisanat", "Tourisme", "ANLCA"]
WRONG = {
    3: ("organisation", "O.F.P.P"), 14: ("email", "adresse"), 25: ("name_fr", ""), 36: ("region", "Atlantide"),
    47: ("phone", "12"), 58: ("organisation", "Toursme"), 69: ("email", "a@"), 80: ("lang", "anglais"),
    91: ("phone", "+++"), 102: ("birth_year", "84"),
}  # fmt: skip
COLUMNS = {
    "name_fr": "Nom en français", "email": "Adresse électronique", "phone": "Téléphone", "organisation": "Organisme",
    "region": "Région", "birth_year": "Année de naissance", "lang": "Langue des messages",
}  # fmt: skip


def people_file(folder: Path) -> Path:
    """120 people, ten lines wrong, every twelfth person without an address; as an office PC saves it."""
    rows = [";".join(COLUMNS.values())]
    for number in range(120):
        row = {
            "name_fr": f"Hajar Éssai {number}", "email": f"p{number}@example.ma" if number % 12 else "",
            "organisation": PLACES[number % len(PLACES)], "lang": "arabe" if number % 2 else "français",
        }  # fmt: skip
        if number in WRONG:
            key, value = WRONG[number]
            row[key] = value
        rows.append(";".join(row.get(key, "") for key in COLUMNS))
    path = folder / "people.csv"
    path.write_bytes("\r\n".join(rows).encode("windows-1252"))
    return path


@pytest.fixture(params=["ar", "fr"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    with serve(tmp_path / "data") as (_process, site):
        yield site


@pytest.fixture
def meet(chromium: Browser, empty: Site) -> Iterator[Callable[..., Visitor]]:
    """Visitors of the empty product; at the end no page of theirs may have had a problem."""
    visitors: list[Visitor] = []

    def make(viewport: dict[str, int] = DESK) -> Visitor:
        visitors.append(Visitor(chromium.new_context(viewport=viewport, locale="fr-MA"), empty))  # type: ignore[arg-type]
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


def press(page: Page, selector: str) -> None:
    """One click, and the page it leads to."""
    with page.expect_navigation():
        page.click(selector)


def open_account(page: Page, link: str, *, address: str = "", **names: str) -> None:
    page.goto(link)
    for name, text in names.items():
        page.fill(f"#{name}", text)
    if address:
        page.fill("#email", address)
    page.fill("#password", PASSWORD)
    page.check("#notice")
    press(page, "main form button.primary")


def set_up_second_factor(page: Page) -> None:
    key = re.sub(r"\s", "", page.inner_text(".factor-key"))
    page.fill("#code", pyotp.TOTP(key).now())
    press(page, "main form button.primary")
    assert page.locator(".recovery-codes li").count() == 10


def send_file(page: Page, path: Path) -> None:
    page.set_input_files("input[type=file]", path)
    press(page, "main form button.primary")


def mend_everything(page: Page) -> None:
    """Type or choose something right into each wrong cell, where it stands."""
    lines = page.locator("fieldset[id^=line-]")
    assert lines.count() == len(WRONG)
    right = {
        "email": "mended{}@example.ma",
        "phone": "06123456{:02}",
        "name_fr": "Nom corrigé {}",
        "birth_year": "1984",
    }
    for number in range(lines.count()):
        cell = lines.nth(number).locator("[name^=cell-]").first
        key = (cell.get_attribute("name") or "").split("-", 2)[2]
        if cell.evaluate("cell => cell.tagName") == "SELECT":
            cell.select_option(index=2)
        else:
            cell.fill(right.get(key, "").format(number))
    press(page, "form[action$='/mend'] button.primary")


def make_cohort(page: Page, site: Site, lang: str, name: str, organisations: list[str]) -> None:
    page.goto(f"{site.url}/{lang}/admin/cohorts/new")
    today = site.today()
    page.fill("#name_ar", f"دورة {name}")
    page.fill("#name_fr", f"Session {name}")
    page.fill("#starts_on", f"{today:%d/%m/%Y}")
    page.fill("#ends_on", f"31/12/{today.year + 1}")
    for box in page.locator("input[name=modules]").all():
        box.check()
    page.locator("input[name=languages]").first.check()
    press(page, "main form button.primary")
    press(page, ".page-head a.primary")
    for key in organisations:
        page.check(f"input[name=organisation][value={key}]")
    press(page, "section[aria-labelledby=organisation-head] button")
    press(page, "form[method=post] button.primary")


def mailed_link(site: Site, address: str) -> str:
    """The link in the letter that left for this address."""
    for path in sorted((site.data_dir / "outbox").glob("*.eml")):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if letter["To"] == address:
            return str(re.search(r"http://\S+", letter.get_body().get_content())[0])  # type: ignore[union-attr, index]
    raise AssertionError(f"no letter for {address}")


def card_link(page: Page, folder: Path) -> str:
    """What the camera reads on the first printed card of people without an address."""
    page.goto(page.url.split("/admin/")[0] + "/admin/invitations/preview?act=sheet&everyone=1&without_address=1")
    with page.expect_download() as download:
        page.click("form[action$='/sheet'] button.primary")
    file = folder / "cards.pdf"
    download.value.save_as(file)
    picture = pypdfium2.PdfDocument(file.read_bytes())[0].render(scale=3).to_pil()
    return str(zxingcpp.read_barcodes(picture)[0].text)


def handed_link(page: Page, site: Site, address: str) -> str:
    """The link that the administrator makes to hand over, shown once."""
    page.goto(page.url.split("/admin/")[0] + "/admin/invitations/?q=Hajar&organisation=&state=")
    press(page, f"form[action$='/{site.person_id(address)}/link'] button")
    return page.locator("main input[readonly], main .link-once, main code").first.inner_text()


def test_a_new_administrator_runs_a_first_cohort(
    meet: Callable[..., Visitor], empty: Site, tmp_path: Path, lang: str
) -> None:
    page = meet().page()
    link = (empty.data_dir / "administrator-link.txt").read_text().strip().replace("/fr/", f"/{lang}/")
    names = {"name_ar": "سلمى بنيس", "name_fr": "Salma Bennis"}
    open_account(page, link, address=ADMINISTRATOR, **names)
    set_up_second_factor(page)
    press(page, "main a.primary")
    assert page.url == f"{empty.url}/{lang}/admin/"

    # Settings, from the first of the steps that the home proposes.
    press(page, "a[href$='/admin/settings/']")
    page.fill("#short_ar", "برنامج النوع")
    page.fill("#short_fr", "Programme genre")
    page.fill("#issuer_ar", "فريق مشروع التكوين")
    page.fill("#issuer_fr", "Équipe du projet formation")
    press(page, "form[action$='/settings/'] button.primary")
    assert {"ar": "برنامج النوع", "fr": "Programme genre"}[lang] in page.inner_text("header")

    # Organisations by file.
    organisations = tmp_path / "organisations.csv"
    organisations.write_text(ORGANISATIONS, encoding="utf-8-sig")
    page.goto(f"{empty.url}/{lang}/admin/")
    press(page, "a[href$='/admin/imports/organisations/']")
    send_file(page, organisations)
    press(page, "section[aria-labelledby=confirm] button.primary")
    page.goto(f"{empty.url}/{lang}/admin/organisations/")
    assert page.locator("tbody tr").count() == 9

    # 120 people by file: ten lines mended in place, then four clicks from home: file, check, confirm, invite.
    page.goto(f"{empty.url}/{lang}/admin/")
    press(page, "a[href$='/admin/imports/people/']")
    send_file(page, people_file(tmp_path))
    mend_everything(page)
    assert page.locator("fieldset[id^=line-]").count() == 0
    press(page, "section[aria-labelledby=confirm] button.primary")
    press(page, "form[action$='/invitations/send'] button")
    assert empty.row("SELECT COUNT(*) FROM person") == [121]

    # Two cohorts.
    make_cohort(page, empty, lang, "A", ["dfp", "ofppt", "agriculture"])
    make_cohort(page, empty, lang, "B", ["artisanat", "tourisme", "anlca"])
    assert empty.row("SELECT COUNT(*), COUNT(DISTINCT person_id) FROM enrolment") == [120, 120]

    # Three arrive on phones: by mail, by printed card, by a link handed over.
    links = [
        empty.wait_for(lambda: mailed_link(empty, "p1@example.ma")),
        card_link(page, tmp_path),
        handed_link(page, empty, "p2@example.ma"),
    ]
    for link in links:
        phone = meet(PHONE).page()
        open_account(phone, re.sub(r"^https?://[^/]+", empty.url, link, flags=re.IGNORECASE))
        assert "/modules/concepts/" in phone.url

    # The homes show it.
    page.goto(f"{empty.url}/{lang}/admin/")
    figures = page.inner_text(".figures").replace("\n", " ")
    assert re.search(r"\b4\b", figures)
    assert re.search(r"\b121\b", figures)
    page.goto(f"{empty.url}/{lang}/monitoring/")
    assert re.search(r"\b120\b", page.inner_text("main"))


def test_a_sign_in_that_expired_in_a_long_form_loses_nothing_typed(
    visit: Callable[..., Visitor], site: Site, lang: str
) -> None:
    administrator = visit()
    page = administrator.page()
    administrator.sign_in(page, lang, "admin@example.org", DEMO_PASSWORD)
    form = f"{site.url}/{lang}/admin/organisations/new"
    page.goto(form)
    name = f"هيئة {site.mark()}"
    page.fill("#name_ar", name)
    page.fill("#name_fr", name)
    site.end_sign_ins("admin@example.org")
    press(page, "main form button.primary")
    page.fill("#email", "admin@example.org")
    page.fill("#password", DEMO_PASSWORD)
    press(page, "main form button.primary")
    assert page.url == form
    assert page.input_value("#name_ar") == page.input_value("#name_fr") == name
    press(page, "main form button.primary")
    assert name in page.inner_text("main")
    page.goto(form)
    assert page.input_value("#name_ar") == ""


def test_a_draft_that_comes_back_late_does_not_overrule_a_colleague(
    visit: Callable[..., Visitor], site: Site, lang: str
) -> None:
    first, second = visit(), visit()
    page, other = first.page(), second.page()
    for visitor, tab in ((first, page), (second, other)):
        visitor.sign_in(tab, lang, "admin@example.org", DEMO_PASSWORD)
    path = f"{site.url}/{lang}/admin/organisations/7/"
    mine, theirs = f"هيئة {site.mark()}", f"Organisme {site.mark()}"
    page.goto(path)
    page.fill("#name_ar", mine)
    other.goto(path)
    other.fill("#name_fr", theirs)
    press(other, "main form button.primary")
    site.end_sign_ins("admin@example.org")
    press(page, "main form button.primary")
    page.fill("#email", "admin@example.org")
    page.fill("#password", DEMO_PASSWORD)
    press(page, "main form button.primary")
    press(page, "main form button.primary")
    told = page.inner_text(".error-summary")
    assert mine in told
    assert theirs in told
