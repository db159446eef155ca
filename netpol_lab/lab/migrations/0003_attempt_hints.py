from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lab", "0002_workbench"),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="hints",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
