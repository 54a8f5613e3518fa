//! The framing of TFRecord files: a length, its checksum, the bytes, their checksum.

/// `bytes` as a record.
///
/// # Source
/// TensorFlow, `tensorflow/core/lib/io/record_writer.h`: little-endian, CRC-32C, masked by a rotation and a sum because
/// checksums of data that holds checksums are weak.
pub(super) fn framed(bytes: &[u8]) -> Vec<u8> {
    let length = (bytes.len() as u64).to_le_bytes();
    let sum = |bytes: &[u8]| masked(crc32c(bytes)).to_le_bytes();
    [&length[..], &sum(&length), bytes, &sum(bytes)].concat()
}

fn masked(sum: u32) -> u32 {
    sum.rotate_right(15).wrapping_add(0xA282_EAD8)
}

/// CRC-32C (Castagnoli; RFC 3720, appendix B.4).
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            (sum >> 1) ^ (0x82F6_3B78 & (sum & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_of_rfc_3720() {
        assert_eq!(crc32c(&[0; 32]), 0x8A91_36AA);
        assert_eq!(crc32c(&[0xFF; 32]), 0x62A8_AB43);
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
    }

    #[test]
    fn the_first_record_of_a_file_that_tensorflow_wrote() {
        let event = b"\x09\0\0\x80\x2f\xd9\x13\xda\x41\x1a\x0dbrain.Event:2";
        let record = framed(event);
        assert_eq!(record[..8], 24_u64.to_le_bytes());
        // The checksum of the length 24, as in every such file.
        assert_eq!(record[8..12], [0xA3, 0x7F, 0x4B, 0x22]);
        assert_eq!(record[12..36], event[..]);
        assert_eq!(record.len(), 8 + 4 + 24 + 4);
    }
}
