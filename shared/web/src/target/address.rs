//! Which addresses a call may reach: what the public internet routes, and what lies in a private network. Checked on the
//! addresses that are then connected to, not on names.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// True for an address of the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// Metadata services of clouds that do not lie among the link-local addresses.
const METADATA_V4: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);
const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254),
    Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254),
];

/// True for an address that a system inside the city's own network may have: private, but neither loopback nor a
/// neighbour on the link nor a metadata service.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V6(v6) if METADATA_V6.contains(&v6) => false,
        IpAddr::V4(v4) => v4.is_private(),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.is_private(),
            None => v6.is_unique_local(),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    if address == METADATA_V4 {
        return false;
    }
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        (0 | 10 | 127, _, _) => true,           // this network, private, loopback
        (100, 64..=127, _) => true,             // carrier-grade NAT; 100.100.100.200 is a metadata service
        (169, 254, _) => true,                  // link-local; 169.254.169.254 is a metadata service
        (172, 16..=31, _) => true,              // private
        (192, 0, 0 | 2) => true,                // protocol assignments, documentation
        (192, 88, 99) => true,                  // 6to4 relays
        (192, 168, _) => true,                  // private
        (198, 18 | 19, _) => true,              // benchmarks
        (198, 51, 100) | (203, 0, 113) => true, // documentation
        (224..=255, _, _) => true,              // multicast, reserved, broadcast
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    match segments {
        // Addresses that carry an IPv4 address are as public as that.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => is_public_v4(embedded(high, low)),
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(embedded(high, low)), // NAT64
        [0x2002, high, low, ..] => is_public_v4(embedded(high, low)),                 // 6to4
        [0x2001, 0..=0x01ff, ..] => false, // protocol assignments, Teredo
        [0x2001, 0x0db8, ..] | [0x3fff, ..] => false, // documentation
        // Only the global unicast range is handed out; unique-local, link-local, multicast and the rest are not.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

const fn embedded(high: u16, low: u16) -> Ipv4Addr {
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_reached() {
        for closed in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "127.8.8.8",
            "100.64.0.1",
            "100.100.100.200",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.2.7",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "fc00::1",
            "168.63.129.16",
            "::ffff:168.63.129.16",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
        ] {
            assert!(!is_public(closed.parse().unwrap()), "{closed}");
        }
        for open in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2400:3200::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(open.parse().unwrap()), "{open}");
        }
    }

    #[test]
    fn a_private_target_is_no_door_to_this_machine() {
        for inside in [
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(inside.parse().unwrap()), "{inside}");
        }
        for closed in [
            "127.0.0.1",
            "169.254.169.254",
            "100.100.100.200",
            "::1",
            "fe80::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "168.63.129.16",
            "8.8.8.8",
            "0.0.0.0",
        ] {
            assert!(!is_private(closed.parse().unwrap()), "{closed}");
        }
    }
}
