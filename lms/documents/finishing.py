"""The last pass over a drawn document: tags, language, title, XMP, colours, attachments. Equal input, equal bytes."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from lms.documents import Attachment, Meta
from lms.documents.structure import Element, Mark, Structure

LANGUAGES = {"ar": "ar-MA", "fr": "fr-MA"}


def finish(pdf: bytes, structure: Structure, meta: Meta, attachments: Sequence[Attachment] = ()) -> bytes:
    """The document with its structure and what says of itself."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _write_tags(document, structure)
        _describe(document, meta)
        _add_output_intent(document)
        for attachment in attachments:
            _attach(document, attachment, meta)
        document.save(
            out, deterministic_id=True, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate
        )
    return out.getvalue()


def _write_tags(document: pikepdf.Pdf, structure: Structure) -> None:
    root = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    objects: dict[Element, Any] = {}
    pages = [page.obj for page in document.pages]
    root.K = Array([_element(document, structure.root, "", root, pages, objects)])
    notes = {str(node.ID): node for node in objects.values() if "/ID" in node}
    if notes:
        root.IDTree = Dictionary(Names=Array([one for name in sorted(notes) for one in (name, notes[name])]))
    numbers: list[Any] = []
    for place, page in enumerate(document.pages):
        page.obj.Tabs = Name.S
        page.obj.StructParents = place
        owners = structure.owners[place] if place < len(structure.owners) else []
        numbers += [place, document.make_indirect(Array([objects[owner] for owner in owners]))]
    numbers += _write_links(document, structure, objects, len(pages))
    root.ParentTree = document.make_indirect(Dictionary(Nums=Array(numbers)))
    root.ParentTreeNextKey = len(pages) + len(structure.links)
    document.Root.StructTreeRoot = root
    document.Root.MarkInfo = Dictionary(Marked=True)


def _write_links(document: pikepdf.Pdf, structure: Structure, objects: dict[Element, Any], first_key: int) -> list[Any]:
    """Tie each link to its element, both ways; gives the entries of the parent tree."""
    numbers: list[Any] = []
    seen: Counter[int] = Counter()
    for key, (place, element) in enumerate(structure.links, first_key):
        page, node = document.pages[place].obj, objects[element]
        annotation = page.Annots[seen[place]]
        seen[place] += 1
        if not annotation.is_indirect:
            annotation = document.make_indirect(annotation)
            page.Annots[seen[place] - 1] = annotation
        annotation.StructParent = key
        annotation.Contents = element.text or _words_of(element)
        node.K.append(Dictionary(Type=Name.OBJR, Obj=annotation, Pg=page))
        numbers += [key, node]
    return numbers


def _words_of(element: Element) -> str:
    return " ".join(kid.text or _words_of(kid) for kid in element.kids if isinstance(kid, Element))


def _element(
    document: pikepdf.Pdf, element: Element, around: str, parent: Any, pages: list[Any], objects: dict[Element, Any]
) -> Any:
    """The object of an element and of all it holds. ``around``: the language it stands in."""
    lang = element.lang or around
    words = _only_words(element, lang)
    node = document.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{element.role}"), P=parent))
    objects[element] = node
    if words is not None:
        objects[words] = node
    if lang != around:
        node.Lang = LANGUAGES[lang]
    if element.role == "Note":
        node.ID = f"note-{len(objects)}"
    if element.alt:
        node.Alt = element.alt
    if element.scope:
        node.A = Dictionary(O=Name.Table, Scope=Name(f"/{element.scope}"))
    # Latin stands on the page in the order of reading; Arabic is drawn from left to right.
    whole = words or element
    if whole.text and lang == "ar":
        node.ActualText = whole.text
    page = next((kid.page for kid in whole.kids if isinstance(kid, Mark)), None)
    if page is not None:
        node.Pg = pages[page]
    if whole.kids:
        node.K = Array(
            [
                _mark(kid, page, pages)
                if isinstance(kid, Mark)
                else _element(document, kid, lang, node, pages, objects)
                for kid in whole.kids
            ]
        )
    return node


def _only_words(element: Element, lang: str) -> Element | None:
    """The words of an element that holds nothing else, all of its own language: they need no element of their own."""
    if len(element.kids) != 1:
        return None
    only = element.kids[0]
    return only if isinstance(only, Element) and only.role == "Span" and only.lang in ("", lang) else None


def _mark(mark: Mark, usual_page: int | None, pages: list[Any]) -> Any:
    """A mark in its element: a number on the element's page, on any other page with that page."""
    if mark.page == usual_page:
        return mark.number
    return Dictionary(Type=Name.MCR, Pg=pages[mark.page], MCID=mark.number)


def _describe(document: pikepdf.Pdf, meta: Meta) -> None:
    """Title, language and dates, in the information dictionary and, equal to it, in XMP."""
    document.Root.Lang = pikepdf.String(LANGUAGES[meta.lang])
    document.Root.ViewerPreferences = Dictionary(
        DisplayDocTitle=True, Direction=Name.R2L if meta.lang == "ar" else Name.L2R
    )
    information = document.docinfo
    for key in list(information.keys()):
        del information[key]
    information.Title, information.Author = meta.title, meta.author
    if meta.subject:
        information.Subject = meta.subject
    information.CreationDate = information.ModDate = _pdf_date(meta.made_on)
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = meta.title
        xmp["dc:creator"] = [meta.author]
        if meta.subject:
            xmp["dc:description"] = meta.subject
        xmp["dc:language"] = {LANGUAGES[meta.lang]}
        xmp["xmp:CreateDate"] = xmp["xmp:ModifyDate"] = f"{meta.made_on:%Y-%m-%d}T00:00:00Z"


def _add_output_intent(document: pikepdf.Pdf) -> None:
    """What the colours mean: sRGB."""
    profile = document.make_stream(_srgb(), N=3, Alternate=Name.DeviceRGB)
    document.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier="sRGB IEC61966-2.1",
                Info="sRGB IEC61966-2.1",
                DestOutputProfile=profile,
            )
        ]
    )


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    """The profile, with its date fixed and the hash of its bytes, which holds the date, left out."""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = b"\x07\xd0\x00\x01\x00\x01" + bytes(6)
    profile[84:100] = bytes(16)
    return bytes(profile)


def _attach(document: pikepdf.Pdf, attachment: Attachment, meta: Meta) -> None:
    """A file inside the document that says the same for machines."""
    file = pikepdf.AttachedFileSpec(
        document,
        attachment.content,
        filename=attachment.name,
        description=attachment.description,
        mime_type=attachment.mime_type,
        relationship=Name.Data,
        creation_date=_pdf_date(meta.made_on),
        mod_date=_pdf_date(meta.made_on),
    )
    # Listed in AF with it, where programs look for files that belong to the whole document.
    document.attachments[attachment.name] = file


def _pdf_date(day: dt.date) -> str:
    return f"D:{day:%Y%m%d}000000Z"
