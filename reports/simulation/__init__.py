"""What if: a past day once more, by the services of real ones (docs/what-if.md).

The day is read (`reading`), changed (`changes`) and handed to a child process
(`running`), which lays out a database of its own (`scratch`) and lets the day happen
there (`replay`).
"""
