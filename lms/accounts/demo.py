"""Sixty invented people, the demo accounts, and the nine organisations. The same at every run."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from sqlalchemy.orm import Session

from lms.accounts import notice, queries, reference, services
from lms.accounts.models import Level, Organisation, Person, Region
from lms.core import profile
from lms.core.access import Role
from lms.core.bilingual import Bilingual

PEOPLE = 60
#: One given name in ten stays without the variable « sexe », as in real lists.
WOMEN = (
    ("مريم", "Meryem"), ("خديجة", "Khadija"), ("سناء", "Sanae"), ("نزهة", "Nezha"), ("فاطمة الزهراء", "Fatima-Zahra"),
    ("حنان", "Hanane"), ("إلهام", "Ilham"), ("سمية", "Soumia"), ("لطيفة", "Latifa"), ("أسماء", "Asmae"),
    ("زينب", "Zineb"), ("رجاء", "Raja"), ("بشرى", "Bouchra"), ("نعيمة", "Naïma"), ("وفاء", "Wafae"), ("هدى", "Houda"),
)  # fmt: skip
MEN = (
    ("يوسف", "Youssef"), ("عبد الله", "Abdellah"), ("إدريس", "Driss"), ("كريم", "Karim"), ("محمد", "Mohamed"),
    ("رشيد", "Rachid"), ("حسن", "Hassan"), ("عمر", "Omar"), ("عبد الرحيم", "Abderrahim"), ("سعيد", "Saïd"),
    ("نور الدين", "Noureddine"), ("طارق", "Tarik"), ("مصطفى", "Mostafa"), ("خالد", "Khalid"),
)  # fmt: skip
FAMILIES = (
    ("بنجلون", "Benjelloun"), ("العلوي", "Alaoui"), ("أيت بها", "Aït Baha"), ("الشرقاوي", "Cherkaoui"),
    ("بنعلي", "Benali"), ("وهبي", "Ouahbi"), ("بلمقدم", "Belmokadem"), ("العمراني", "El Amrani"),
    ("الإدريسي", "El Idrissi"), ("برادة", "Berrada"), ("التازي", "Tazi"), ("الحسناوي", "El Hasnaoui"),
    ("أوبلا", "Oubella"), ("السوسي", "Soussi"), ("الريفي", "Rifi"), ("بوعزة", "Bouazza"), ("لمراني", "Lamrani"),
    ("الصقلي", "Skalli"), ("أزولاي", "Azoulay"), ("الزياني", "Ziani"), ("بنكيران", "Benkirane"), ("الفيلالي", "Filali"),
    ("المنصوري", "Mansouri"), ("حجي", "Hajji"),
)  # fmt: skip
FUNCTIONS = (
    ("تنسيق التكوين", "Coordination de la formation"), ("رئاسة مصلحة", "Chefferie de service"),
    ("إدارة مؤسسة", "Direction d’établissement"), ("استشارة في التوجيه", "Conseil en orientation"),
    ("تكليف بالدراسات", "Chargée ou chargé d’études"), ("تدبير الموارد البشرية", "Gestion des ressources humaines"),
    ("تتبع وتقييم", "Suivi et évaluation"), ("رئاسة قسم", "Chefferie de division"),
)  # fmt: skip


def make_people(db: Session, *, now: dt.datetime, password_hash: str) -> None:
    """Organisations, regions, sixty learners and the five demo accounts."""
    reference.seed(db)
    # Whoever looks at the demo has no telephone set up for it.
    profile.for_editing(db).second_factor_required = False
    organisations, regions = queries.organisations(db), queries.regions(db)
    since = now - dt.timedelta(days=130)
    for person in _accounts(db, organisations, since):
        person.password_hash = password_hash
        services.accept_notice(db, person.id, version=notice.VERSION, lang=person.lang, now=since)
    rng = random.Random(20211202)  # noqa: S311 - invented people, not secrets
    names = _names(rng)
    for index in range(PEOPLE):
        _learner(db, rng, index, names[index], organisations, regions, since)


def _accounts(db: Session, organisations: Sequence[Organisation], now: dt.datetime) -> list[Person]:
    ofppt = next(row for row in organisations if row.key == "ofppt")
    dfp = next(row for row in organisations if row.key == "dfp")
    people = (
        (Role.LEARNER, "learner", ("نادية الفاسي", "Nadia El Fassi"), "f", ofppt, FUNCTIONS[1]),
        (
            Role.TRAINER,
            "trainer",
            ("أمين برادة", "Amine Berrada"),
            "m",
            None,
            ("هيئة التكوين", "Équipe de formation"),
        ),
        (
            Role.MONITOR,
            "monitor",
            ("كوثر التازي", "Kaoutar Tazi"),
            "f",
            None,
            ("فريق التتبع", "Équipe de suivi"),
        ),
        (
            Role.FOCAL_POINT,
            "focal",
            ("هشام العلوي", "Hicham Alaoui"),
            "m",
            ofppt,
            ("نقطة ارتكاز", "Point focal"),
        ),
        (
            Role.ADMINISTRATOR,
            "admin",
            ("سلمى بناني", "Salma Bennani"),
            "f",
            dfp,
            ("الإدارة", "Administration"),
        ),
    )
    made = []
    for role, account, (ar, fr), sex, organisation, function in people:
        person = services.create_person(
            db,
            name=Bilingual(ar, fr),
            email=f"{account}@example.org",
            organisation=organisation,
            sex=sex,
            birth_year=now.year - 41,
            function=Bilingual(*function),
            lang="fr",
            now=now,
        )
        covered = organisation if role is Role.FOCAL_POINT else None
        services.grant_role(db, person, role, organisation=covered, now=now)
        made.append(person)
    made[0].name_confirmed_at = now
    return made


def _names(rng: random.Random) -> list[tuple[Bilingual, str]]:
    pairs = [(given, family, "f") for given in WOMEN for family in FAMILIES]
    pairs += [(given, family, "m") for given in MEN for family in FAMILIES]
    chosen = rng.sample(pairs, PEOPLE)
    return [(Bilingual(f"{g[0]} {f[0]}", f"{g[1]} {f[1]}"), sex) for g, f, sex in chosen]


def _learner(
    db: Session,
    rng: random.Random,
    index: int,
    named: tuple[Bilingual, str],
    organisations: Sequence[Organisation],
    regions: Sequence[Region],
    now: dt.datetime,
) -> None:
    name, sex = named
    is_regional = index % 5 < 3
    person = services.create_person(
        db,
        name=name,
        email=f"demo{index + 1:02d}@example.org",
        organisation=organisations[(index * 4 + index // 9) % len(organisations)],
        level=Level.REGIONAL if is_regional else Level.CENTRAL,
        region=regions[(index * 5 + index // 12) % len(regions)] if is_regional else None,
        sex=None if index % 15 == 7 else sex,
        birth_year=rng.randint(now.year - 61, now.year - 27),
        function=Bilingual(*rng.choice(FUNCTIONS)),
        lang=rng.choice(("ar", "fr")),
        now=now,
    )
    services.grant_role(db, person, Role.LEARNER, now=now)
    services.accept_notice(db, person.id, version=notice.VERSION, lang=person.lang, now=now)
