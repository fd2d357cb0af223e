"""``python -m sersk`` is the command ``sersk``."""

from sersk.cli import main

if __name__ == "__main__":
    main()
