"""The languages Handsel speaks besides English, and what keeps their catalogues complete."""
