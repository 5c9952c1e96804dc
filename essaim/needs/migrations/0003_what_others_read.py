"""The text of a need as others read it, where personal data are masked: what a search looks into."""

from django.db import migrations, models


def mask(apps, schema_editor):
    from essaim.common.personal_data import mask_personal_data

    # Of the owner's connection, which holds the table: another would wait for it for ever.
    needs = apps.get_model("needs", "Need").objects.using(schema_editor.connection.alias)
    changed = []
    for need in needs.exclude(text="").only("pk", "text").iterator(chunk_size=500):
        masked = mask_personal_data(need.text, " ")
        if masked != need.text:
            need.others_read = masked
            changed.append(need)
    needs.bulk_update(changed, ["others_read"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("needs", "0002_states_details_and_joinings")]

    operations = [
        migrations.AddField(
            model_name="need",
            name="others_read",
            field=models.TextField(blank=True, default="", editable=False, max_length=5000),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="need", name="need_withdrawn_is_erased"),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(
                        ("answer", ""),
                        ("count_unit", ""),
                        ("for_whom", ""),
                        ("others_read", ""),
                        ("search", ""),
                        ("text", ""),
                        ("tried", ""),
                    ),
                    _connector="OR",
                ),
                name="need_withdrawn_is_erased",
            ),
        ),
        migrations.RunPython(mask, migrations.RunPython.noop),
    ]
