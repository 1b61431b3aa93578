"""An agreement as PDF, in the reader's language."""

import json
from pathlib import Path

import typst

from handsel.partnerships.models import Agreement
from handsel.partnerships.pdf.content import content_of
from handsel.rows.querysets import ActsFor

TEMPLATE = Path(__file__).with_name("agreement.typ")


def agreement_pdf(agreement: Agreement, reader: ActsFor) -> bytes:
    """Both parties, the version with its period, all clauses, rates, an example and the signatures.

    The same agreement makes the same bytes, until somebody signs it: the moment in the file is that
    of the version, and the fonts are typst's own.
    """
    data = json.dumps(content_of(agreement, reader), ensure_ascii=False)
    made: bytes = typst.compile(
        TEMPLATE,
        sys_inputs={"data": data},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(agreement.recorded_at.timestamp()),
    )
    return made


def file_name(agreement: Agreement) -> str:
    """
    >>> file_name(Agreement(id="agr_01m7w3n2p5exyv9yzdeftyh8kc", version=2))
    'agreement-v2-01m7w3n2p5exyv9yzdeftyh8kc.pdf'
    """
    return f"agreement-v{agreement.version}-{agreement.pk.removeprefix('agr_')}.pdf"
