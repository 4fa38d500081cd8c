"""The SQLite file: its tables, how it is built, and every SELECT that pages and API use."""
