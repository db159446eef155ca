"""Template filters for times."""

from django import template

register = template.Library()


@register.filter
def duration(seconds: int) -> str:
    """`45 s`, `5 min`, `2 min 5 s`, `1 h 30 min`."""
    hours, minutes = divmod(seconds // 60, 60)
    parts = ((hours, "h"), (minutes, "min"), (0 if hours else seconds % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


@register.filter
def clock_face(seconds: int) -> str:
    """`4:05`, `1:30:00`."""
    hours, minutes = divmod(seconds // 60, 60)
    tail = f"{seconds % 60:02}"
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"
