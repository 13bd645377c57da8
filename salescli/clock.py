"""The only place that asks what time it is, and where."""

import os
from datetime import UTC, datetime, tzinfo


def now() -> datetime:
    """Return the time in the user's zone; `SALES_NOW` (ISO with offset) replaces it in trials."""
    zone = local_zone()
    fixed = os.environ.get("SALES_NOW")
    if fixed:
        return datetime.fromisoformat(fixed).astimezone(zone)
    return datetime.now(zone)


def local_zone() -> tzinfo:
    """Return the machine's time zone with its daylight-saving rules.

    The usual cases are read directly, because the library behind the others takes as long to
    import as a daily command may spend in all.
    """
    name = os.environ.get("TZ") or _linked_zone()
    if name in {"UTC", "Etc/UTC"}:
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        from tzlocal import get_localzone

        return get_localzone()


def _linked_zone() -> str:
    try:
        return os.readlink("/etc/localtime").partition("/zoneinfo/")[2]
    except OSError:
        return ""
