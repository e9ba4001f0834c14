"""Days that the demo organisations could have had: `manage.py demo --history 30`.

Each day is played through once, in plain Python and with dice that its date decides
(`day`), by the real rule of routing; then all its rows are stored at once (`making`).
Nothing of it goes on: whoever came has gone, and whoever worked has signed out.
"""
