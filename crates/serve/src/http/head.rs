//! The head of a request.

use crate::limits;

/// The request line and the headers.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) method: String,
    /// The path as it was sent, without the query.
    path: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    /// Whether the client speaks HTTP/1.1.
    pub(crate) is_new: bool,
}

/// Why a head or a body is refused: the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) u16);

impl Head {
    /// The head at the beginning of `bytes` with its length; `None` if it is not complete.
    ///
    /// # Errors
    /// When it makes no sense or is too large.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Refused> {
        let mut headers = [httparse::EMPTY_HEADER; limits::HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let length = match request.parse(bytes) {
            Ok(httparse::Status::Complete(length)) if length <= limits::HEAD => length,
            Ok(httparse::Status::Partial) if bytes.len() <= limits::HEAD => return Ok(None),
            Ok(_) | Err(httparse::Error::TooManyHeaders) => return Err(Refused(431)),
            Err(_) => return Err(Refused(400)),
        };
        let target = request.path.unwrap_or_default();
        let path = target.split(['?', '#']).next().unwrap_or_default();
        if !path.starts_with('/') {
            return Err(Refused(400)); // for proxies
        }
        let header = |header: &httparse::Header<'_>| {
            let value = std::str::from_utf8(header.value).map_err(|_| Refused(400))?;
            Ok((header.name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        let head = Self {
            method: request.method.unwrap_or_default().to_owned(),
            path: path.to_owned(),
            headers: request.headers.iter().map(header).collect::<Result<_, _>>()?,
            is_new: request.version == Some(1),
        };
        Ok(Some((head, length)))
    }

    /// The value of a header, if it has exactly one. `name` is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.all(name);
        all.next().filter(|_| all.next().is_none())
    }

    /// All values of a header.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = move |(other, _): &&(String, String)| other == name;
        self.headers.iter().filter(named).map(|(_, value)| &**value)
    }

    /// The parts of the path between slashes, with `%` sequences decoded; `None` if one makes no sense.
    pub(crate) fn segments(&self) -> Option<Vec<String>> {
        self.path.split('/').skip(1).map(decoded).collect()
    }

    /// The bytes of the body.
    ///
    /// # Errors
    /// When the length is unknown, contradictory or too large.
    pub(crate) fn length(&self) -> Result<usize, Refused> {
        if self.all("transfer-encoding").next().is_some() {
            return Err(Refused(411));
        }
        let mut lengths = self.all("content-length");
        match (lengths.next(), lengths.next()) {
            (None, _) => Ok(0),
            (Some(length), None) if length.bytes().all(|byte| byte.is_ascii_digit()) => {
                let length = length.parse().ok().filter(|length| *length <= limits::BODY);
                length.ok_or(Refused(413))
            }
            _ => Err(Refused(400)),
        }
    }

    /// Whether the client waits for a sign before it sends the body.
    pub(crate) fn expects_continue(&self) -> bool {
        self.header("expect").is_some_and(|it| it.eq_ignore_ascii_case("100-continue"))
    }

    /// Whether the connection stays open after the response.
    pub(crate) fn keeps_alive(&self) -> bool {
        let says = |word: &str| {
            let mut words = self.all("connection").flat_map(|value| value.split(','));
            words.any(|it| it.trim().eq_ignore_ascii_case(word))
        };
        self.is_new && !says("close")
    }

    #[cfg(test)]
    pub(crate) fn of(method: &str, path: &str, headers: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let headers = headers.iter().map(own).collect();
        Self { method: method.to_owned(), path: path.to_owned(), headers, is_new: true }
    }
}

fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(16 * high + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Option<usize>, u16> {
        Head::parse(text.as_bytes()).map(|it| it.map(|it| it.1)).map_err(|refused| refused.0)
    }

    #[test]
    fn heads_are_complete_partial_or_refused() {
        assert_eq!(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\nrest"), Ok(Some(27)));
        assert_eq!(parse("GET / HTTP/1.1\r\nHost: a\r\n"), Ok(None));
        assert_eq!(parse(""), Ok(None));
        for bad in [
            "GET / HTTP/9\r\n\r\n",
            "\0\r\n\r\n",
            "GET http://x/ HTTP/1.1\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\n\r\n",
        ] {
            assert_eq!(parse(bad), Err(400), "{bad}");
        }
        assert_eq!(parse(&format!("GET /{} HTTP/1.1\r\n", "a".repeat(limits::HEAD))), Err(431));
        assert_eq!(parse(&format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(65))), Err(431));
    }

    #[test]
    fn segments_are_decoded_after_the_path_is_split() {
        let segments = |path| Head::of("GET", path, &[]).segments();
        let words =
            |words: &[&str]| Some(words.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(segments("/"), words(&[""]));
        assert_eq!(segments("/api/runs/a%2f..%2Fb"), words(&["api", "runs", "a/../b"]));
        assert_eq!(segments("/%E5%B0%8F"), words(&["小"]));
        for bad in ["/%", "/%4", "/%zz", "/%ff"] {
            assert_eq!(segments(bad), None, "{bad}");
        }
    }

    #[test]
    fn lengths_must_be_known_and_small() {
        let length = |headers: &[(&str, &str)]| {
            Head::of("POST", "/", headers).length().map_err(|refused| refused.0)
        };
        assert_eq!(length(&[]), Ok(0));
        assert_eq!(length(&[("content-length", "65536")]), Ok(65536));
        assert_eq!(length(&[("content-length", "65537")]), Err(413));
        assert_eq!(length(&[("content-length", "99999999999999999999999999")]), Err(413));
        assert_eq!(length(&[("content-length", "-1")]), Err(400));
        assert_eq!(length(&[("content-length", "+1")]), Err(400));
        assert_eq!(length(&[("content-length", "1"), ("content-length", "1")]), Err(400));
        assert_eq!(length(&[("transfer-encoding", "chunked")]), Err(411));
    }
}
