"""``python -m biasdetect`` is ``biasdetect``."""

from biasdetect.commands.main import main

main()
