"""What the threads of one worker do at the same moment. In a process of its own: it may die of it."""

import subprocess
import sys

# As if they had begun on a type right when the worker started, for each of many types.
_BEGIN_TOGETHER = """
import sys
import threading
import msgspec
from errand.common.conversion import convert

THREADS = 8
together = threading.Barrier(THREADS)
sys.setswitchinterval(1e-6)


def begin(types):
    for type in types:
        together.wait()
        convert({"inner": {"numbers": {"one": [1]}}}, type)


inners = [msgspec.defstruct("Inner", [("numbers", dict[str, list[int]])]) for _ in range(200)]
types = [msgspec.defstruct("Outer", [("inner", inner | None)]) for inner in inners]
threads = [threading.Thread(target=begin, args=[types]) for _ in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("alive")
"""


def test_all_threads_of_a_worker_may_begin_on_the_same_type_at_once() -> None:
    process = subprocess.run([sys.executable, "-c", _BEGIN_TOGETHER], capture_output=True, text=True, check=False)

    assert (process.returncode, process.stdout, process.stderr) == (0, "alive\n", "")
