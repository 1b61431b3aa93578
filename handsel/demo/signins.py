"""Who may sign in to the demo, and with which password."""

import random
from typing import NamedTuple

WORDS = (
    "amber", "basket", "candle", "drawer", "ember", "feather", "garland", "harbour", "ivory",
    "jumper", "kettle", "lantern", "meadow", "nutmeg", "orchard", "paper", "quilt", "ribbon",
    "saucer", "teapot", "umbrella", "velvet", "willow", "yarn",
)  # fmt: skip


def password_of(seed: int) -> str:
    """Four words that the seed chooses: a demo has nothing to hide, but no two share a password.

    >>> password_of(1)
    'ember-yarn-garland-ivory'
    """
    return "-".join(random.Random(f"password {seed}").sample(WORDS, 4))  # noqa: S311


class SignIn(NamedTuple):
    """`sees` says what there is to look at for this person."""

    who: str
    email: str
    sees: str


SIGN_INS = (
    SignIn(
        "Sigrid, manager", "sigrid@marigold.example", "the brand's program, partners, questions"
    ),
    SignIn("Jon, finance", "jon@marigold.example", "the same, and approves payouts"),
    SignIn("Maren, partner", "maren@paperlantern.example", "Paper Lantern, a blog that sells well"),
    SignIn("Ida, partner", "ida@homebyida.example", "Home by Ida, on Instagram"),
    SignIn("Neil, partner", "neil@couponcorner.example", "Coupon Corner, codes at the till"),
)
