//! Where a request comes from: the socket's other end, or whom the proxies in front of the service name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Which header the proxies in front of the service write. Only one is read: the other one may come from the client as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For: client, proxy`
    #[default]
    XForwardedFor,
    /// `Forwarded: for=client, for=proxy` (RFC 7239)
    Forwarded,
}

/// The proxies whose word about their own callers counts. None unless set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    /// Where they are.
    pub networks: Vec<IpNet>,
    /// Where they say who calls.
    pub header: ForwardedHeader,
}

/// What one caller can easily be all of: an IPv4 address, or the 64-bit prefix of an IPv6 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Network(IpAddr);

impl Network {
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

impl TrustedProxies {
    /// Who sent this request: the nearest hop that is not trusted.
    pub(crate) fn client_of(&self, request: &HttpRequest) -> Network {
        let peer = request
            .peer_addr()
            .map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.ip());
        Network::of(self.client_behind(peer, request.headers()))
    }

    fn client_behind(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        for named in self.header.hops(headers).into_iter().rev() {
            match named {
                Some(address) if self.trusts(client) => client = address,
                _ => break,
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }
}

impl ForwardedHeader {
    fn name(self) -> HeaderName {
        match self {
            Self::XForwardedFor => X_FORWARDED_FOR,
            Self::Forwarded => FORWARDED,
        }
    }

    /// Whom the header names, the nearest last; `None` is somebody who is not named by an address.
    fn hops(self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let lines = headers.get_all(self.name());
        lines
            .flat_map(|line| line.to_str().unwrap_or_default().split(','))
            .map(|hop| self.address(hop.trim()))
            .collect()
    }

    fn address(self, hop: &str) -> Option<IpAddr> {
        match self {
            Self::XForwardedFor => address(hop),
            Self::Forwarded => hop.split(';').find_map(|pair| {
                let (name, value) = pair.trim().split_once('=')?;
                let value = value.trim_matches('"');
                name.eq_ignore_ascii_case("for").then(|| address(value)).flatten()
            }),
        }
    }
}

/// An address, alone, in brackets, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']').parse();
    bare.ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn client(header: ForwardedHeader, peer: &str, lines: &[&str]) -> String {
        let networks = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        let proxies = TrustedProxies {
            networks: networks.into(),
            header,
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header.name(), HeaderValue::from_str(line).unwrap());
        }
        let peer = peer.parse().unwrap();
        proxies.client_behind(peer, &headers).to_string()
    }

    #[test]
    fn the_nearest_hop_that_is_not_trusted_is_the_client() {
        let client = |peer, lines: &[&str]| client(ForwardedHeader::XForwardedFor, peer, lines);
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(client("::ffff:10.0.0.1", &["192.0.2.1:80"]), "192.0.2.1");
        assert_eq!(
            client("10.0.0.1", &["192.0.2.9, 192.0.2.1, 10.0.0.2"]),
            "192.0.2.1"
        );
        assert_eq!(client("fd00::1", &["192.0.2.9", "2001:db8::1"]), "2001:db8::1");
        assert_eq!(client("10.0.0.1", &["192.0.2.1, nonsense, 10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn whoever_is_not_trusted_says_nothing_about_others() {
        let client = |peer, lines: &[&str]| client(ForwardedHeader::XForwardedFor, peer, lines);
        assert_eq!(client("192.0.2.7", &["192.0.2.1"]), "192.0.2.7");
        assert_eq!(client("10.0.0.1", &["10.0.0.3, 192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn the_standard_header_is_read_where_it_is_the_one() {
        let client = |lines: &[&str]| client(ForwardedHeader::Forwarded, "10.0.0.1", lines);
        assert_eq!(client(&["for=192.0.2.9, proto=https;For=192.0.2.1"]), "192.0.2.1");
        assert_eq!(client(&["for=\"[2001:db8::1]:4711\";by=x"]), "2001:db8::1");
        assert_eq!(client(&["for=\"[2001:db8::1]\""]), "2001:db8::1");
        assert_eq!(client(&["for=_hidden"]), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_client_is_its_64_bit_prefix() {
        let of = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
    }
}
