#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_virtio.sh - 802.3ad against Linux, two guests, virtio NICs on vfio-pci behind an IOMMU.
. "$(dirname "$0")/../lacp.sh"

case_open
two_guests virtio --iommu
lacp_with_cables
lacp_kinds_of_traffic
lacp_jumbo
lacp_ends virtio-pci
