#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_e1000e.sh - 802.3ad against Linux, two guests, e1000e NICs on vfio-pci behind an IOMMU.
. "$(dirname "$0")/../lacp.sh"

case_open
two_guests e1000e --iommu
lacp_with_cables
lacp_kinds_of_traffic
lacp_jumbo
lacp_ends e1000e
