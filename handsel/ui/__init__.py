"""The look of every page, and the words for the engine's codes. See docs/design.md."""
