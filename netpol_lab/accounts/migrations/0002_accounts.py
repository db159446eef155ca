"""Claimed learners, names in one spelling, and the table that throttles count in."""

import unicodedata
from typing import Any

import django.db.models.deletion
from django.core.management import call_command
from django.db import migrations, models


def make_cache_table(apps: Any, schema_editor: Any) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def spell_names(apps: Any, schema_editor: Any) -> None:
    """Names as User.normalize_username has them; one that would then be there twice stays."""
    users = apps.get_model("accounts", "User").objects
    for user in users.all():
        name = unicodedata.normalize("NFKC", user.username).lower()
        if name != user.username and not users.filter(username=name).exists():
            users.filter(pk=user.pk).update(username=name)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="learner",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merged",
                to="accounts.learner",
            ),
        ),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
        migrations.RunPython(spell_names, migrations.RunPython.noop),
    ]
