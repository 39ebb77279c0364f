"""`python -m errand.images api|worker|migrate`"""

from errand.common.main import run


def main() -> None:
    run("images")


if __name__ == "__main__":
    main()
