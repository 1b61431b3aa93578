"""Terms as a form: what is typed becomes data in the shape of terms, and back, with nothing lost.

`language` says which controls the terms have, `leaves` and `branches` how each kind of control is
read and shown, `acts` what the buttons do, `judged` what is wrong. Data that could not be read
stays as it was typed, so that a form with mistakes can be kept and gone on with.
"""

from handsel.drafts.form.acts import act
from handsel.drafts.form.judged import Judged, judged
from handsel.drafts.form.whole import Shown, read_form, show

__all__ = ["Judged", "Shown", "act", "judged", "read_form", "show"]
