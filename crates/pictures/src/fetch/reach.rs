//! Which addresses pictures are fetched from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The port of https.
const HTTPS: u16 = 443;

/// Networks of IPv4 that are not public, each with the bits that its addresses share: the IANA IPv4 Special-Purpose Address Registry (RFC 6890),
/// multicast (RFC 5771), and the address at which Azure's machines find their own services.
const SPECIAL_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The networks of IPv6 from which addresses are given out (RFC 4291). IPv4 in IPv6, NAT64, local and multicast addresses are elsewhere.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Networks among them that are not public: the IANA IPv6 Special-Purpose Address Registry. 6to4 and Teredo lead into IPv4.
const SPECIAL_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Where pictures may be fetched from: public addresses at the port of https, and what the operator has allowed beside.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    allowed: Vec<SocketAddr>,
}

impl Reach {
    /// Every public address, and these.
    pub fn beside(allowed: Vec<SocketAddr>) -> Self {
        Self { allowed }
    }

    /// Whether anything is fetched from this port.
    pub(super) fn has_port(&self, port: u16) -> bool {
        port == HTTPS || self.allowed.iter().any(|allowed| allowed.port() == port)
    }

    /// Whether anything is fetched from there.
    pub(super) fn permits(&self, address: SocketAddr) -> bool {
        self.allowed.contains(&address) || (address.port() == HTTPS && is_public(address.ip()))
    }
}

/// Whether everybody reaches the same there.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|network| holds_v4(*network, address)),
        IpAddr::V6(address) => {
            holds_v6(GLOBAL_V6, address) && !SPECIAL_V6.iter().any(|network| holds_v6(*network, address))
        }
    }
}

fn holds_v4((network, bits): (Ipv4Addr, u32), address: Ipv4Addr) -> bool {
    (network.to_bits() ^ address.to_bits()).leading_zeros() >= bits
}

fn holds_v6((network, bits): (Ipv6Addr, u32), address: Ipv6Addr) -> bool {
    (network.to_bits() ^ address.to_bits()).leading_zeros() >= bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str, port: u16) -> SocketAddr {
        SocketAddr::new(address.parse().unwrap(), port)
    }

    #[test]
    fn o4_public_addresses_are_within_reach() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "168.63.129.15",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700:4700::1111",
            "2a00:1450::1",
            "3ffe:ffff::1",
        ] {
            assert!(Reach::default().permits(at(address, 443)), "{address}");
        }
    }

    #[test]
    fn o4_no_other_address_is_within_reach() {
        for address in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "192.168.255.255",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:1.1.1.1",
            "64:ff9b::7f00:1",
            "64:ff9b::101:101",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:101:101::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!Reach::default().permits(at(address, 443)), "{address}");
        }
    }

    #[test]
    fn o4_only_the_port_of_https_is_within_reach() {
        let reach = Reach::default();
        for port in [0, 22, 80, 444, 8443] {
            assert!(
                !reach.permits(at("1.1.1.1", port)) && !reach.has_port(port),
                "{port}"
            );
        }
        assert!(reach.has_port(443));
    }

    #[test]
    fn o4_what_the_operator_allows_is_within_reach_and_nothing_beside_it() {
        let reach = Reach::beside(vec![at("127.0.0.1", 8443)]);
        assert!(reach.permits(at("127.0.0.1", 8443)) && reach.has_port(8443));
        for (address, port) in [
            ("127.0.0.1", 443),
            ("127.0.0.2", 8443),
            ("1.1.1.1", 8443),
            ("::1", 8443),
        ] {
            assert!(!reach.permits(at(address, port)), "{address} {port}");
        }
        assert!(reach.permits(at("1.1.1.1", 443)));
    }
}
