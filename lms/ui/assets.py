"""What the browser loads beside the page: one style sheet, one script, one icon sprite, three fonts.

Made at first start from the rooms' own files and from packages, each with the hash of its content in its
name, so that browsers keep them for ever; kept in the cache folder under the hash of its sources, so that the
next start only reads them.

Rule of the script: ``app.js`` is one module script, the plain concatenation of ``base.js`` (which defines
``behaviour``), the kit's other files in alphabetical order, the files of the other folders given (one folder
after the other, alphabetical inside), and one last line that starts the behaviours. Each file registers its
behaviours with ``behaviour("name", (element) => { … })`` and nothing starts before the last line; names at
the top of a file are shared by all, so they must differ. Comment lines and indentation are left out; nothing
else is changed.

Rule of the style sheet: ``tokens.css``, ``base.css``, ``shell.css``, the kit's other files in alphabetical
order, the files of the other folders, and ``print.css`` last. Dark values are written once, in tokens.css.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lms.ui import fonts, icons

STATIC = Path(__file__).parent / "static"
STYLES_FIRST = ("tokens", "base", "shell")
STYLES_LAST = ("print",)
SCRIPTS_FIRST = ("base",)
LAST_LINE = "startBehaviours(document);"
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}
_DARK_RULE = re.compile(r':root\[data-theme="dark"\]\s*\{([^}]*)\}')
_WEEK = 7 * 24 * 3600


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    filename: str
    mimetype: str
    body: bytes
    #: The body compressed; None for fonts, which are compressed already.
    gzipped: bytes | None


class Assets:
    """All files, by the name that pages use (``app.css``) and by the name in addresses (with the hash)."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._filenames: dict[str, str] = {}
        self._assets: dict[str, Asset] = {}
        for name, body in files.items():
            self._add(name, body)

    def filename(self, name: str) -> str:
        """The name with the hash, for ``app.css``. KeyError for a name that is not an asset."""
        return self._filenames[name]

    def get(self, filename: str) -> Asset | None:
        """The asset of that hashed name, or None."""
        return self._assets.get(filename)

    def names(self) -> list[str]:
        """Names that pages use, in the order they were made."""
        return list(self._filenames)

    def _add(self, name: str, body: bytes) -> None:
        stem, kind = name.rsplit(".", 1)
        filename = f"{stem}.{hashlib.sha256(body).hexdigest()[:10]}.{kind}"
        zipped = None if kind == "woff2" else gzip.compress(body, 9, mtime=0)
        self._filenames[name] = filename
        self._assets[filename] = Asset(filename, _KINDS[kind], body, zipped)


def build(script_folders: Iterable[Path], cache: Path, style_folders: Iterable[Path] = ()) -> Assets:
    """All assets. The folders are those of the other rooms; absent ones are skipped."""
    scripts = _script_files(script_folders)
    styles = _style_files(style_folders)
    kept = cache / f"assets-{_key([*scripts, *styles])}"
    if kept.is_dir():
        return Assets({path.name: path.read_bytes() for path in sorted(kept.iterdir())})
    files = _make(scripts, styles, cache)
    _keep(files, kept)
    return Assets(files)


def style_sheet(paths: Sequence[Path] | None = None, font_names: dict[str, str] | None = None) -> str:
    """All style files as one, without comments and spare blanks; ``font_names``: face -> name with hash."""
    text = "\n".join(path.read_text("utf-8") for path in (paths or _style_files(())))
    text = _DARK_RULE.sub(_twice, text)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,>]) ?", r"\1", text)
    text = re.sub(r"(?<=[a-z]): ", ":", text).replace(";}", "}").strip()
    for tile in (64, 96):
        text = text.replace(f"url(pattern-{tile})", f'url("{icons.pattern(tile)}")')
    text = text.replace("url(pattern-empty)", f'url("{icons.pattern(64, "#7f8a84", 0.16)}")')
    for name, hashed in (font_names or {}).items():
        text = text.replace(f"url({name})", f"url({hashed})")
    return text


def script(paths: Sequence[Path] | None = None) -> str:
    """The base, every behaviour, then the line that starts them."""
    parts = [path.read_text("utf-8") for path in (paths or _script_files(()))]
    text = "\n".join([*parts, LAST_LINE, ""])
    text = re.sub(r"^\s*//.*$", "", text, flags=re.M)
    text = re.sub(r"^[ \t]+", "", text, flags=re.M)
    return re.sub(r"\n+", "\n", text).lstrip()


def _twice(rule: re.Match[str]) -> str:
    """The dark values on a screen: when asked for, and when the system is dark and nothing was asked for."""
    system = ':root:not([data-theme="light"]):not([data-theme="dark"])'
    asked = f"@media screen {{ {rule[0]} }}"
    return f"{asked} @media screen and (prefers-color-scheme: dark) {{ {system} {{{rule[1]}}} }}"


def _make(scripts: Sequence[Path], styles: Sequence[Path], cache: Path) -> dict[str, bytes]:
    faces = {f"{face}.woff2": _font(face, cache) for face in fonts.FACES}
    hashed = Assets(faces)
    sheet = style_sheet(styles, {name: hashed.filename(name) for name in faces})
    return {
        **faces,
        "app.css": sheet.encode(),
        "app.js": script(scripts).encode(),
        "icons.svg": icons.sprite().encode(),
    }


def _style_files(folders: Iterable[Path]) -> list[Path]:
    return _ordered(STATIC / "css", "css", STYLES_FIRST, STYLES_LAST, folders)


def _script_files(folders: Iterable[Path]) -> list[Path]:
    return _ordered(STATIC / "js", "js", SCRIPTS_FIRST, (), folders)


def _ordered(own: Path, kind: str, first: Sequence[str], last: Sequence[str], folders: Iterable[Path]) -> list[Path]:
    middle = [path for path in sorted(own.glob(f"*.{kind}")) if path.stem not in (*first, *last)]
    others = [path for folder in folders for path in sorted(folder.glob(f"*.{kind}"))]
    return [
        *(own / f"{stem}.{kind}" for stem in first),
        *middle,
        *others,
        *(own / f"{stem}.{kind}" for stem in last),
    ]


def _key(paths: Sequence[Path]) -> str:
    from importlib.metadata import version

    digest = hashlib.sha256(version("lucide").encode())
    for face in fonts.FACES:
        digest.update(fonts.recipe(face).encode())
    for path in (Path(__file__), Path(icons.__file__), Path(fonts.__file__), *paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _font(face: str, cache: Path) -> bytes:
    path = cache / f"{face}-{hashlib.sha256(fonts.recipe(face).encode()).hexdigest()[:16]}.woff2"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(fonts.subset(face))
        part.replace(path)
    return path.read_bytes()


def _keep(files: dict[str, bytes], folder: Path) -> None:
    """Write the files for the next start; two processes may do so at once, the first one wins."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    part.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (part / name).write_bytes(body)
    try:
        part.rename(folder)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
    for old in folder.parent.glob("assets-*"):
        if old != folder and old.stat().st_mtime < time.time() - _WEEK:
            shutil.rmtree(old, ignore_errors=True)
