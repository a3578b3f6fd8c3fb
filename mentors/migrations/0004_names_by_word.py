import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Concat

# Small letters without accents and apostrophes; what parts two words becomes a space.

NAME_WORDS = r"""
CREATE FUNCTION handoff_name_words(name text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector(
    'pg_catalog.simple',
    translate(
        regexp_replace(normalize(lower(name), NFD), '[\u0300-\u036f''’‘`´]', '', 'g'),
        'ØøĐđŁłıÐð-–—./_,;:&+@()[]{}!?"#*=$|<>~^',
        'ooddllidd                              '
    )
)
"""


class Migration(migrations.Migration):

    dependencies = [("mentors", "0003_search_by_words")]

    operations = [
        migrations.RunSQL(NAME_WORDS, "DROP FUNCTION handoff_name_words(text)"),
        migrations.AddIndex(
            model_name="volunteer",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    Concat("first_name", Value(" "), "last_name"),
                    function="handoff_name_words",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="volunteer_by_name",
            ),
        ),
    ]
