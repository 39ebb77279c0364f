"""`python -m errand.gateway api|migrate|keys`."""

import base64
import secrets
import sys

from errand.common.identity import new_keys
from errand.common.main import run


def main() -> None:
    if sys.argv[1:] == ["keys"]:
        signing_key, public_key = new_keys()
        files_key = base64.b64encode(secrets.token_bytes(32)).decode()
        print(f"ERRAND_SIGNING_KEY={signing_key}")
        print(f"ERRAND_IDENTITY_PUBLIC_KEY={public_key}")
        print(f"ERRAND_FILES_KEY={files_key}")
    else:
        run("gateway")


if __name__ == "__main__":
    main()
