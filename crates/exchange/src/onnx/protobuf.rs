//! Protocol Buffers, as much as an ONNX file needs: <https://protobuf.dev/programming-guides/encoding>.

/// A message, encoded field by field.
#[derive(Debug, Clone, Default)]
pub(super) struct Proto(pub(super) Vec<u8>);

impl Proto {
    /// A whole number; `field` is its number in `onnx.proto`.
    #[must_use]
    pub(super) fn int(mut self, field: u64, value: i64) -> Self {
        self.varint(field << 3);
        self.varint(value.cast_unsigned());
        self
    }

    /// A number with a fraction.
    #[must_use]
    pub(super) fn float(mut self, field: u64, value: f32) -> Self {
        self.varint(field << 3 | 5);
        self.0.extend(value.to_le_bytes());
        self
    }

    /// Text or bytes.
    #[must_use]
    pub(super) fn bytes(mut self, field: u64, value: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(value.len() as u64);
        self.0.extend(value);
        self
    }

    /// Text.
    #[must_use]
    pub(super) fn text(self, field: u64, value: &str) -> Self {
        self.bytes(field, value.as_bytes())
    }

    /// A message in a message.
    #[must_use]
    pub(super) fn message(self, field: u64, value: &Self) -> Self {
        self.bytes(field, &value.0)
    }

    /// Messages in a message.
    #[must_use]
    pub(super) fn messages(self, field: u64, values: &[Self]) -> Self {
        values.iter().fold(self, |proto, value| proto.message(field, value))
    }

    /// Seven bits a byte, the lowest first; the eighth bit says that more follow.
    fn varint(&mut self, mut value: u64) {
        loop {
            let [low, ..] = value.to_le_bytes();
            value >>= 7;
            if value == 0 {
                self.0.push(low & 0x7F);
                return;
            }
            self.0.push(low | 0x80);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_encoded_as_in_the_specification() {
        assert_eq!(Proto::default().int(1, 150).0, [0x08, 0x96, 0x01]);
        assert_eq!(Proto::default().text(2, "testing").0, b"\x12\x07testing");
        let inner = Proto::default().int(1, 150);
        assert_eq!(Proto::default().message(3, &inner).0, [0x1a, 0x03, 0x08, 0x96, 0x01]);
        assert_eq!(
            Proto::default().int(1, -1).0,
            [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]
        );
        assert_eq!(Proto::default().float(2, 1.0).0, [0x15, 0, 0, 0x80, 0x3F]);
        assert_eq!(Proto::default().int(7, 0).0, [0x38, 0]);
    }
}
