"""`python -m errand.agents api|worker|migrate`"""

from errand.common.main import run


def main() -> None:
    run("agents")


if __name__ == "__main__":
    main()
