"""`python -m errand.incidents api|worker|migrate`"""

from errand.common.main import run


def main() -> None:
    run("incidents")


if __name__ == "__main__":
    main()
