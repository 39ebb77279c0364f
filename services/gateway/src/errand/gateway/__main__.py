"""`python -m errand.gateway api|migrate|keys`."""

import sys

from errand.common.identity import new_keys
from errand.common.main import run


def main() -> None:
    if sys.argv[1:] == ["keys"]:
        signing_key, public_key = new_keys()
        print(f"ERRAND_SIGNING_KEY={signing_key}\nERRAND_IDENTITY_PUBLIC_KEY={public_key}")
    else:
        run("gateway")


if __name__ == "__main__":
    main()
