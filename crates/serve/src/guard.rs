//! Who may ask: requests that come from pages of other origins, or without the token, are refused.

use crate::http::Head;
use crate::problem::Problem;
use crate::token::Token;
use charnn_message::text;
use std::net::{IpAddr, SocketAddr};

/// What a request must prove.
#[derive(Debug)]
pub(crate) struct Guard {
    address: SocketAddr,
    token: Token,
}

impl Guard {
    pub(crate) fn new(address: SocketAddr, token: Token) -> Self {
        Self { address, token }
    }

    /// Whether the request was sent to this server by its own page or by a program.
    ///
    /// A name in `Host` other than `localhost` may belong to a site that points it at this machine (DNS rebinding).
    ///
    /// # Errors
    /// When `Host` is not this server, or `Origin` is another.
    pub(crate) fn check_origin(&self, head: &Head) -> Result<(), Problem> {
        let mut hosts = head.all("host");
        match (hosts.next(), hosts.next()) {
            (Some(host), None) if self.is_here(host) => {}
            (None, _) | (_, Some(_)) => {
                let message =
                    text!(en: "the request needs one Host header", zh: "请求必须有一个 Host 头");
                return Err(Problem::new(400, "bad_host", message));
            }
            _ => {
                let message = text!(
                    en: "this server is not at the host of the request",
                    zh: "请求的主机不是本服务器"
                );
                return Err(Problem::new(421, "bad_host", message));
            }
        }
        let is_own = |origin: &str| {
            let host = origin.strip_prefix("http://");
            host.is_some_and(|host| self.is_here(host) && head.header("host") == Some(host))
        };
        if head.all("origin").all(is_own) {
            return Ok(());
        }
        let message = text!(en: "pages of other sites cannot use this server", zh: "其他网站的网页不能使用本服务器");
        Err(Problem::new(403, "bad_origin", message))
    }

    /// Whether the request knows the token.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) fn check_token(&self, head: &Head) -> Result<(), Problem> {
        let bearer = |value: &str| {
            let (scheme, token) = value.split_once(' ')?;
            (scheme.eq_ignore_ascii_case("bearer") && self.token.is(token.trim())).then_some(())
        };
        let message = match head.header("authorization") {
            Some(value) if bearer(value).is_some() => return Ok(()),
            Some(_) => text!(en: "the token is wrong", zh: "令牌错误"),
            None => text!(
                en: "send the token of this server: Authorization: Bearer TOKEN",
                zh: "请发送本服务器的令牌：Authorization: Bearer 令牌"
            ),
        };
        Err(Problem::new(401, "invalid_api_key", message))
    }

    /// Whether `host`, with its port, is this server: an address, or `localhost`.
    fn is_here(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        if port != Some(self.address.port()) {
            return false;
        }
        if name.eq_ignore_ascii_case("localhost") {
            return true;
        }
        let ip: Option<IpAddr> = match name.strip_prefix('[') {
            Some(name) => name.strip_suffix(']').and_then(|name| name.parse().ok()).map(IpAddr::V6),
            None => name.parse().ok().map(IpAddr::V4),
        };
        let own = self.address.ip();
        // Where the server listens on all addresses, or is reached through a gateway, any address may be its own.
        ip.is_some_and(|ip| if own.is_loopback() { ip.is_loopback() } else { true })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    fn check(address: &str, headers: &[(&str, &str)]) -> Result<(), u16> {
        let guard = Guard::new(address.parse().unwrap(), Token::random().unwrap());
        let head = Head::of("GET", "/", headers);
        guard
            .check_origin(&head)
            .map_err(|problem| problem.response(charnn_message::Language::English).status)
    }

    #[test]
    fn only_addresses_of_this_machine_are_the_host() {
        let local = "127.0.0.1:8000";
        for host in ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000"] {
            assert_eq!(check(local, &[("host", host)]), Ok(()), "{host}");
        }
        for host in [
            "127.0.0.1",
            "127.0.0.1:80",
            "evil.example:8000",
            "localhost.evil.example:8000",
            "192.168.0.7:8000",
            "127.0.0.1:8000:8000",
            "127.0.0.1.nip.io:8000",
            "",
            ":8000",
            "[::1",
            "[::1]",
            "user@127.0.0.1:8000",
            "2130706433:8000",
            "127.1:8000",
        ] {
            assert_eq!(check(local, &[("host", host)]), Err(421), "{host}");
        }
        assert_eq!(check(local, &[]), Err(400));
        let twice = [("host", "localhost:8000"), ("host", "localhost:8000")];
        assert_eq!(check(local, &twice), Err(400));
        assert_eq!(check("0.0.0.0:8000", &[("host", "192.168.0.7:8000")]), Ok(()));
        assert_eq!(check("0.0.0.0:8000", &[("host", "evil.example:8000")]), Err(421));
        assert_eq!(check("127.0.0.1:80", &[("host", "localhost")]), Ok(()));
    }

    #[test]
    fn only_its_own_page_is_the_origin() {
        let origin =
            |origin| check("127.0.0.1:8000", &[("host", "localhost:8000"), ("origin", origin)]);
        assert_eq!(origin("http://localhost:8000"), Ok(()));
        for other in [
            "http://127.0.0.1:8000",
            "https://localhost:8000",
            "http://localhost:8001",
            "http://localhost",
            "null",
            "",
            "http://evil.example",
            "http://localhost:8000.evil.example",
            "file://",
        ] {
            assert_eq!(origin(other), Err(403), "{other}");
        }
    }
}
