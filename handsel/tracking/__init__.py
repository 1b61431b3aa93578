"""The click path: raw ASGI on a host of its own, without Django. See `app.py`."""
