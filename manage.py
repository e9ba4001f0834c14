#!/usr/bin/env python
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:] == ["run"]:
        # All day long it only waits: it is not to take the memory of Django for that.
        from config.running import main

        main()
    else:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
