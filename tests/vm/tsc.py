# SPDX-License-Identifier: BSD-3-Clause
"""tsc.py - prints how many thousand times a second the time stamp counter of this machine counts.

A guest that finds that out by itself can be far off on a busy machine, and its clock runs too fast then.
QEMU hands it the counter as it is.
"""

import ctypes
import mmap
import time

READ = bytes.fromhex("0f31 48c1e220 4809d0 c3")  # rdtsc; rax |= rdx << 32; return
SECONDS = 0.1


def sample(counter):
    """Time in nanoseconds and counter, the nearest to each other of some tries."""
    best = None
    for _ in range(50):
        before = time.monotonic_ns()
        ticks = counter()
        after = time.monotonic_ns()
        if best is None or after - before < best[0]:
            best = (after - before, (before + after) // 2, ticks)
    return best[1:]


def main():
    """Measure over a tenth of a second."""
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(READ)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    counter = ctypes.CFUNCTYPE(ctypes.c_uint64)(address)
    first = sample(counter)
    time.sleep(SECONDS)
    last = sample(counter)
    print((last[1] - first[1]) * 1000000 // (last[0] - first[0]))


main()
