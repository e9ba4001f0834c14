"""Everything in one file, and back: the database, the files, the secret key."""
