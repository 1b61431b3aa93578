"""Who would like to join: some wait for an answer, some got one they did not hope for."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from handsel.clock import now
from handsel.demo.calendar import Calendar
from handsel.demo.house import House
from handsel.demo.joining import Happening
from handsel.engine.terms import digest
from handsel.programs.queries import first_group, terms_of
from handsel.recruiting.models import Application
from handsel.recruiting.services import (
    Asked,
    apply,
    decline_application,
    withdraw_application,
)

Because = Application.Because


class Applicant(NamedTuple):
    """`ago` is how many days before the end of the story they apply."""

    ago: float
    asked: Asked


class Declined(NamedTuple):
    applicant: Applicant
    because: str
    words: str
    reapply_days: int


WAITING = (
    Applicant(
        4.4,
        Asked(
            "The Layered Cake",
            "orla@layeredcake.example",
            "https://layeredcake.example/",
            "content",
            "IE",
            "I bake for other people’s birthdays and write down how. Your cake stands are in "
            "half of my pictures already.",
            9400,
        ),
    ),
    Applicant(
        3.1,
        Asked(
            "Maison Mirabelle",
            "julie@mirabelle.example",
            "@maisonmirabelle",
            "influencer",
            "FR",
            "Une table par semaine, en vidéo. Mes lectrices demandent toujours d’où viennent "
            "les guirlandes.",
            48000,
        ),
    ),
    Applicant(
        2.9,
        Asked(
            "Corner & Bell",
            "hugh@cornerandbell.example",
            "https://cornerandbell.example/",
            "business",
            "GB",
            "We fit out small shops in Wales and would point them to your catalogue.",
            1600,
        ),
    ),
    Applicant(
        2.2,
        Asked(
            "Vouchers4U",
            "sales@vouchers4u.example",
            "https://vouchers4u.example/",
            "coupon",
            "GB",
            "We list codes.",
            210000,
        ),
    ),
    Applicant(
        1.6,
        Asked(
            "Frau Fröhlich feiert",
            "anke@froehlich.example",
            "https://froehlich.example/",
            "content",
            "DE",
            "Kindergeburtstage zum Nachmachen, mit Materialliste. Eure Girlanden und "
            "Lunchtaschen passen genau dazu.",
            17200,
        ),
    ),
    Applicant(
        1.1,
        Asked(
            "Kitchen Notes Podcast",
            "hello@kitchennotes.example",
            "https://kitchennotes.example/pod",
            "content",
            "GB",
            "We talk about the things on the table. Harriet already writes for you, the "
            "podcast would like links of its own.",
            6000,
        ),
    ),
    Applicant(
        0.6,
        Asked(
            "Papir & Saks",
            "tiril@papirogsaks.example",
            "https://papirogsaks.example/",
            "content",
            "NO",
            "Jeg bretter, klipper og pakker inn, og viser hvordan.",
            3900,
        ),
    ),
    Applicant(
        0.2,
        Asked(
            "sweet.little.stall",
            "mae@sweetstall.example",
            "@sweet.little.stall",
            "influencer",
            "GB",
            "I run a market stall and show what sells. My followers run stalls, too.",
            None,
        ),
    ),
)

DECLINED = (
    Declined(
        Applicant(
            210,
            Asked(
                "Rapid Traffic Media",
                "team@rapidtraffic.example",
                "https://rapidtraffic.example/",
                "sub_network",
                "US",
                "High quality traffic, any volume.",
                4000000,
            ),
        ),
        Because.KIND,
        "",
        365,
    ),
    Declined(
        Applicant(
            133,
            Asked(
                "Katzenparadies",
                "rolf@katzenparadies.example",
                "https://katzenparadies.example/",
                "content",
                "DE",
                "Alles für die Katze, und manchmal ein Geschenk.",
                5200,
            ),
        ),
        Because.CONTENT,
        "Your readers come for cats. If a gift guide comes of it, ask again.",
        90,
    ),
    Declined(
        Applicant(
            58, Asked("jess", "jess@mailbox.example", "@jess", "influencer", "GB", "pls", 140)
        ),
        Because.TOO_LITTLE,
        "",
        30,
    ),
    Declined(
        Applicant(
            19,
            Asked(
                "Tiny Teapot",
                "amy@tinyteapot.example",
                "https://tinyteapot.example/",
                "content",
                "GB",
                "A diary about tea, since May. I would love to write about your cups.",
                310,
            ),
        ),
        Because.REACH,
        "We like how you write. Come back when a thousand people read it.",
        90,
    ),
)

WITHDRAWN = Applicant(
    77,
    Asked(
        "Studio Nord",
        "liv@studionord.example",
        "https://studionord.example/",
        "business",
        "DK",
        "We style shop windows and could bring you our customers.",
        2200,
    ),
)


def happenings(house: House, calendar: Calendar) -> Iterator[Happening]:
    said_no = [no.applicant for no in DECLINED]
    for applicant in (*WAITING, *said_no, WITHDRAWN):
        at = calendar.before_end(applicant.ago)
        yield Happening(at, partial(_apply, house, applicant))
    for no in DECLINED:
        at = calendar.before_end(no.applicant.ago) + timedelta(days=1.4)
        yield Happening(at, partial(_decline, house, no))
    at = calendar.before_end(WITHDRAWN.ago) + timedelta(days=0.7)
    yield Happening(at, partial(_withdraw, house))


def _apply(house: House, applicant: Applicant) -> None:
    agreed = digest(terms_of(first_group(house.program)))
    apply(house.program.pk, applicant.asked, terms_digest=agreed, language="en")


def _decline(house: House, no: Declined) -> None:
    decline_application(
        _application(house, no.applicant).pk,
        because=no.because,
        words=no.words,
        reapply_on=(now() + timedelta(days=no.reapply_days)).date(),
        actor=house.manager,
    )


def _withdraw(house: House) -> None:
    withdraw_application(_application(house, WITHDRAWN).pk)


def _application(house: House, applicant: Applicant) -> Application:
    return Application.objects.get(program=house.program, email=applicant.asked.email)
