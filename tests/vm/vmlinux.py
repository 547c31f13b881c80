# SPDX-License-Identifier: BSD-3-Clause
"""vmlinux.py - takes the uncompressed kernel out of a bzImage: one that is emulated boots faster.

usage: vmlinux.py BZIMAGE VMLINUX
"""

import lzma
import struct
import sys


def payload(image):
    """The compressed kernel, found as the boot protocol of x86 says (setup_sects, payload_*)."""
    sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    return image[(sectors + 1) * 512 + offset:][:length]


def main():
    with open(sys.argv[1], "rb") as file:
        image = file.read()
    kernel = lzma.LZMADecompressor().decompress(payload(image))
    with open(sys.argv[2], "wb") as file:
        file.write(kernel)


main()
