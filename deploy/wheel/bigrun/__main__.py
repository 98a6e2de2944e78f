"""``python -m bigrun``."""

from bigrun import main

if __name__ == "__main__":
    main()
