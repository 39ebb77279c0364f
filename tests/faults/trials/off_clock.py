"""A Python program whose clock is off: `python -m tests.faults.trials.off_clock SECONDS -m MODULE ARGUMENT…`

libfaketime, which would deceive the whole process, breaks `time.sleep` in Debian 12's version.
"""

import runpy
import sys
import time


def main() -> None:
    offset_s = int(sys.argv[1])
    true_time, true_time_ns = time.time, time.time_ns
    time.time = lambda: true_time() + offset_s
    time.time_ns = lambda: true_time_ns() + offset_s * 10**9
    module = sys.argv[3]
    sys.argv = [module, *sys.argv[4:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
