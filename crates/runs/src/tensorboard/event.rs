//! The events of TensorBoard as protocol buffers.
//!
//! Only the few fields that are used are written, so there is no generated code.

/// What an event holds.
pub(super) enum Content<'a> {
    /// The version of the format.
    Version,
    /// A process starts; older events from this step on no longer count.
    Start,
    Scalar {
        tag: &'a str,
        value: f64,
    },
    Text {
        tag: &'a str,
        text: &'a str,
    },
}

/// The bytes of an event, `seconds` after 1970.
///
/// # Source
/// TensorFlow, `tensorflow/core/util/event.proto` and `tensorflow/core/framework/summary.proto`.
pub(super) fn encoded(seconds: f64, step: u64, content: &Content<'_>) -> Vec<u8> {
    let mut event = Message::default();
    event.double(1, seconds);
    event.number(2, step);
    match *content {
        Content::Version => event.bytes(3, b"brain.Event:2"),
        Content::Start => {
            let mut log = Message::default();
            log.number(1, 1); // SessionLog.START
            event.message(7, &log);
        }
        Content::Scalar { tag, value } => {
            let mut summary = Message::default();
            summary.bytes(1, tag.as_bytes());
            summary.float(2, value);
            event.message(5, &in_summary(&summary));
        }
        Content::Text { tag, text } => {
            let mut tensor = Message::default();
            tensor.number(1, 7); // DT_STRING, without a shape: a scalar
            tensor.bytes(8, text.as_bytes());
            let mut plugin = Message::default();
            plugin.bytes(1, b"text");
            let mut metadata = Message::default();
            metadata.message(1, &plugin);
            metadata.number(4, 2); // DATA_CLASS_TENSOR
            let mut value = Message::default();
            value.bytes(1, tag.as_bytes());
            value.message(8, &tensor);
            value.message(9, &metadata);
            event.message(5, &in_summary(&value));
        }
    }
    event.0
}

/// A summary of one value.
fn in_summary(value: &Message) -> Message {
    let mut summary = Message::default();
    summary.message(1, value);
    summary
}

/// A protocol buffer that grows field by field.
///
/// # Source
/// Protocol Buffers, Encoding: a key is the number of the field and a wire type, as a varint.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }

    fn key(&mut self, field: u64, wire: u64) {
        self.varint(field << 3 | wire);
    }

    fn number(&mut self, field: u64, value: u64) {
        self.key(field, 0);
        self.varint(value);
    }

    fn double(&mut self, field: u64, value: f64) {
        self.key(field, 1);
        self.0.extend(value.to_le_bytes());
    }

    #[expect(clippy::cast_possible_truncation, reason = "TensorBoard keeps scalars in 32 bits")]
    fn float(&mut self, field: u64, value: f64) {
        self.key(field, 5);
        self.0.extend((value as f32).to_le_bytes());
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.key(field, 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
    }

    fn message(&mut self, field: u64, message: &Self) {
        self.bytes(field, &message.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_by_hand() {
        let event = encoded(1.0, 300, &Content::Scalar { tag: "ab", value: 0.5 });
        let summary = [0x0A, 2, b'a', b'b', 0x15, 0, 0, 0, 0x3F];
        let mut expected =
            vec![0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 0xAC, 0x02, 0x2A, 11, 0x0A, 9];
        expected.extend(summary);
        assert_eq!(event, expected);
    }

    #[test]
    fn a_version_and_a_start() {
        let version = encoded(0.0, 0, &Content::Version);
        assert_eq!(version[9..], *b"\x10\0\x1A\x0Dbrain.Event:2");
        assert_eq!(encoded(0.0, 7, &Content::Start)[9..], [0x10, 7, 0x3A, 2, 0x08, 1]);
    }
}
