//! The secret that a client must know.

use std::fmt::{self, Write as _};

/// 128 random bits. Who knows them may use the server.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one, from the operating system.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub(crate) fn random() -> std::io::Result<Self> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        let mut text = String::new();
        for byte in bytes {
            let _ = write!(text, "{byte:02x}"); // to memory
        }
        Ok(Self(text))
    }

    /// 32 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` is the same. The time does not tell how much of it is right.
    pub(crate) fn is(&self, other: &str) -> bool {
        let (own, other) = (self.0.as_bytes(), other.as_bytes());
        let differences = own.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
        own.len() == other.len() && std::hint::black_box(differences) == 0
    }
}

impl fmt::Debug for Token {
    /// Without the secret.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_random_and_compared_as_a_whole() {
        let tokens = [Token::random(), Token::random()].map(|token| token.expect("random bits"));
        let [one, other] = &tokens;
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), 32);
        assert!(one.is(one.as_str()));
        for wrong in [other.as_str(), "", &one.as_str()[..31], &format!("{}0", one.as_str())] {
            assert!(!one.is(wrong), "{wrong}");
        }
        assert_eq!(format!("{one:?}"), "Token");
    }
}
