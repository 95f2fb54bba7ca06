"""``python -m eprouvette`` is the command line."""

from eprouvette.web.cli import main

main()
