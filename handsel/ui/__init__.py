"""The look: tokens, sheets, templates, tags, and the words for the engine's codes. See docs/design.md."""
