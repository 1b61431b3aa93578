"""The wordings of all codes the engine publishes, gathered from one module per subject."""

from handsel.ui.wording import attribution, differences, terms
from handsel.ui.wording.shown import Wording

MODULES = (terms, differences, attribution)

WORDINGS: dict[str, Wording] = {
    code: wording for module in MODULES for code, wording in module.WORDINGS.items()
}
