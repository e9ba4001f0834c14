"""What passages are found by: a column and its index on PostgreSQL, a full-text table
on SQLite that triggers keep. SQLite drops a table's triggers with every later change of
its columns."""

from django.db import migrations

CONFIGURATIONS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
CASES = " ".join(
    f"WHEN '{code}' THEN 'pg_catalog.{name}'::regconfig"
    for code, name in CONFIGURATIONS.items()
)
STEMS = f"CASE language {CASES} ELSE 'pg_catalog.simple'::regconfig END"
SIMPLE = "'pg_catalog.simple'::regconfig"

POSTGRESQL = [
    f"""
    ALTER TABLE queues_articlepassage ADD COLUMN search tsvector
    GENERATED ALWAYS AS (
        setweight(
            to_tsvector({SIMPLE}, words_of_title)
            || to_tsvector({STEMS}, words_of_title),
            'A'
        )
        || to_tsvector({SIMPLE}, words)
        || to_tsvector({STEMS}, words)
    ) STORED
    """,
    "CREATE INDEX queues_passage_search ON queues_articlepassage USING gin (search)",
]
POSTGRESQL_BACK = ["ALTER TABLE queues_articlepassage DROP COLUMN search"]

SQLITE = [
    """
    CREATE VIRTUAL TABLE queues_articlepassage_search USING fts5 (
        words_of_title, words,
        content = 'queues_articlepassage', content_rowid = 'id',
        tokenize = "porter unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
    )
    """,
    """
    INSERT INTO queues_articlepassage_search (queues_articlepassage_search)
    VALUES ('rebuild')
    """,
    """
    CREATE TRIGGER queues_articlepassage_add AFTER INSERT ON queues_articlepassage
    BEGIN
        INSERT INTO queues_articlepassage_search (rowid, words_of_title, words)
        VALUES (NEW.id, NEW.words_of_title, NEW.words);
    END
    """,
    """
    CREATE TRIGGER queues_articlepassage_drop AFTER DELETE ON queues_articlepassage
    BEGIN
        INSERT INTO queues_articlepassage_search
            (queues_articlepassage_search, rowid, words_of_title, words)
        VALUES ('delete', OLD.id, OLD.words_of_title, OLD.words);
    END
    """,
    """
    CREATE TRIGGER queues_articlepassage_change AFTER UPDATE ON queues_articlepassage
    BEGIN
        INSERT INTO queues_articlepassage_search
            (queues_articlepassage_search, rowid, words_of_title, words)
        VALUES ('delete', OLD.id, OLD.words_of_title, OLD.words);
        INSERT INTO queues_articlepassage_search (rowid, words_of_title, words)
        VALUES (NEW.id, NEW.words_of_title, NEW.words);
    END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER queues_articlepassage_change",
    "DROP TRIGGER queues_articlepassage_drop",
    "DROP TRIGGER queues_articlepassage_add",
    "DROP TABLE queues_articlepassage_search",
]


def _run(schema_editor, *, sqlite, postgresql):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in sqlite if is_sqlite else postgresql:
        schema_editor.execute(statement, params=None)


def find(apps, schema_editor):
    _run(schema_editor, sqlite=SQLITE, postgresql=POSTGRESQL)


def let_go(apps, schema_editor):
    _run(schema_editor, sqlite=SQLITE_BACK, postgresql=POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("queues", "0015_keep_articles")]

    operations = [migrations.RunPython(find, let_go)]
