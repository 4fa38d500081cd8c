"""`python -m crskb` runs the command line."""

from crskb.cli import main

main()
