"""Floors, packages, pins, README and files as the architecture fixes them."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from lms import config
from tests.catalogues import PACKAGE, ROOT

#: import name -> distribution, where they differ.
DISTRIBUTIONS = {
    "argon2": "argon2-cffi",
    "babel": "babel",
    "bidi": "python-bidi",
    "email_validator": "email-validator",
    "flask_babel": "flask-babel",
    "flask_login": "flask-login",
    "flask_migrate": "flask-migrate",
    "flask_sqlalchemy": "flask-sqlalchemy",
    "flask_wtf": "flask-wtf",
    "fontTools": "fonttools",
    "markdown_it": "markdown-it-py",
    "PIL": "pillow",
    "pyhanko_certvalidator": "pyhanko-certvalidator",
    "yaml": "pyyaml",
}
#: Declared, but used by others: fontTools (WOFF2), WTForms, SQLAlchemy, zoneinfo, the fonts (found by name).
USED_BY_OTHERS = {"brotli", "psycopg", "tzdata", "fontpkg-amiri", "fontpkg-ibm-plex-sans-arabic"}
#: Come with those declared.
COME_ALONG = {"sqlalchemy", "alembic", "werkzeug", "markupsafe", "itsdangerous", "jinja2", "click", "blinker"}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def settings() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


def test_imports_point_down_only() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    found = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_packages_are_the_folders() -> None:
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in PACKAGE.rglob("__init__.py")}
    assert set(settings()["options"]["packages"].split()) == folders | {"lms.content", "lms.migrations"}


def test_the_wheel_carries_everything_that_is_served(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT]
    subprocess.run(command, capture_output=True, check=True)
    inside = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    served = [path for path in tracked() if path.relative_to(ROOT).parts[0] in ("lms", "content", "migrations")]
    wanted = {
        name if name.startswith("lms/") else f"lms/{name}" for name in (str(path.relative_to(ROOT)) for path in served)
    }
    assert wanted - inside == set()


def imported() -> set[str]:
    names = set()
    for path in [*PACKAGE.rglob("*.py"), ROOT / "run.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return {DISTRIBUTIONS.get(name, name) for name in names - set(sys.stdlib_module_names) - {"lms", "fontpkg"}}


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    declared = {re.split(r"[\[ <>=]", line)[0].lower() for line in settings()["options"]["install_requires"].split()}
    assert imported() - COME_ALONG == declared - USED_BY_OTHERS


def test_every_dependency_is_pinned_with_hashes_and_explained_in_readme() -> None:
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8").lower()
    for line in settings()["options"]["install_requires"].split():
        name = re.split(r"[\[ <>=]", line)[0].lower()
        assert re.search(rf"^{re.escape(name)}(\[\w+\])?==\S+ \\\n    --hash=sha256:", pins, re.M), name
        assert name in readme, name


def test_readme_names_every_setting_and_command(sqlite_app: Flask) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [setting.name for setting in config.SETTINGS if f"`{setting.name}`" not in readme] == []
    from_flask = {"run", "shell", "routes", "db"}
    ours = set(sqlite_app.cli.commands) - from_flask
    assert {"curriculum", "demo", "verify-certificate"} <= ours
    assert sorted(name for name in ours if f"`{name}" not in readme) == []


@pytest.mark.parametrize(
    ("what", "pattern", "suffixes"),
    [
        (
            "a side of the screen in a style",
            r"(margin|padding|border)-(left|right)|text-align: *(left|right)",
            {".css"},
        ),
        ("a style or script inside a page", r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son\w+=\"", {".html"}),
        ("a foreign address in a page", r"(href|src|action)=\"(https?:)?//", {".html"}),
        ("a template made of data", r"render_template_string|[^\"]\|\s*safe\b", {".py", ".html"}),
        ("a leftover", r"TO" r"DO|FIX" r"ME|NotImplemented" r"Error", {".py", ".html", ".css", ".js"}),
        ("code from text", r"\b(eval|exec|pickle\.loads?|yaml\.load|marshal\.loads?)\(", {".py"}),
    ],
)
def test_no_file_of_the_product_holds(what: str, pattern: str, suffixes: set[str]) -> None:
    files = [path for path in tracked() if path.suffix in suffixes and path.is_relative_to(PACKAGE)]
    assert files
    hits = [str(path.relative_to(ROOT)) for path in files if re.search(pattern, path.read_text("utf-8"))]
    assert hits == [], what
