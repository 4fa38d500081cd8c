"""A published set of names as people type them, and how many of them are resolved. `make accuracy` measures, `python -m tests.accuracy.generate` writes the set anew."""
