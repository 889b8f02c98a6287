"""`python -m pipelines` is `brevpress`."""

from pipelines.cli import main

if __name__ == "__main__":
    main()
