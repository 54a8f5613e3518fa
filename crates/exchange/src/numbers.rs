//! Numbers of other widths as f32, little-endian.

/// F64, rounded; too large ones become infinite.
pub(crate) fn f64(bytes: &[u8]) -> impl Iterator<Item = f32> {
    #[expect(clippy::cast_possible_truncation, reason = "charnn computes in f32")]
    bytes.as_chunks().0.iter().map(|&it| f64::from_le_bytes(it) as f32)
}

/// F32.
pub(crate) fn f32(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks().0.iter().map(|&it| f32::from_le_bytes(it))
}

/// Half precision: 5 bits of exponent, 10 of fraction.
pub(crate) fn f16(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks().0.iter().map(|&it| {
        let bits = u32::from(u16::from_le_bytes(it));
        let (sign, exponent, fraction) = (bits >> 15 << 31, bits >> 10 & 0x1F, bits & 0x3FF);
        match exponent {
            // 2^-24, the smallest number.
            0 => (fraction as f32 * 5.960_464_5e-8).copysign(f32::from_bits(sign | 1)),
            0x1F => f32::from_bits(sign | 0x7F80_0000 | fraction << 13),
            _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
        }
    })
}

/// Brain floating point: the upper half of f32.
pub(crate) fn bf16(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks().0.iter().map(|&it| f32::from_bits(u32::from(u16::from_le_bytes(it)) << 16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_widened_exactly() {
        let of = |bits: u16| f16(&bits.to_le_bytes()).next();
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65_504.0),
            (0x0001, 5.960_464_5e-8),
            (0x03FF, 6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x3555, 0.333_251_95),
            (0x7C00, f32::INFINITY),
            (0xFC00, f32::NEG_INFINITY),
        ] {
            assert_eq!(of(bits), Some(value), "{bits:#x}");
        }
        assert_eq!(of(0x8000).map(f32::to_bits), Some((-0.0_f32).to_bits()));
        assert!(of(0x7E00).is_some_and(f32::is_nan));
    }
}
