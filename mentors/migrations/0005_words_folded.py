import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("mentors", "0004_names_by_word")]

    # A generated column cannot be altered: it is made anew.
    operations = [
        migrations.RemoveIndex(model_name="mentorprofile", name="profile_words"),
        migrations.RemoveField(model_name="mentorprofile", name="words"),
        migrations.AddField(
            model_name="mentorprofile",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.Func(
                        "keywords",
                        function="handoff_name_words",
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                    models.Func(
                        "summary",
                        function="handoff_name_words",
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                    django.contrib.postgres.search.SearchVector(
                        "keywords", "summary", config="english"
                    ),
                    arg_joiner=" || ",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                    template="(%(expressions)s)",
                ),
                help_text="Keywords and summary, to be searched by word as they are and by stem.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="mentorprofile",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="profile_words"),
        ),
    ]
