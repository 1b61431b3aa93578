"""The click path: RSGI on a host of its own, without Django. See `app.py`."""
