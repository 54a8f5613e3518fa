//! Numbers as pages and axes show them.

use charnn_message::grouped;

/// What stands where a value is missing.
pub(crate) const NONE: &str = "–";

/// A loss in nats, with four decimal places.
pub(crate) fn loss(value: Option<f64>) -> String {
    value.filter(|it| it.is_finite()).map_or(NONE.to_owned(), |value| format!("{value:.4}"))
}

/// Hours, minutes and seconds: `1:02:03`; below a minute `12.3 s`.
pub(crate) fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return NONE.to_owned();
    }
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let all = whole(seconds);
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// A count or a rate, rounded, with separators.
pub(crate) fn count(value: f64) -> String {
    if value.is_finite() { grouped(whole(value)) } else { NONE.to_owned() }
}

/// A number of any size with about `digits` significant digits, without useless zeros.
pub(crate) fn short(value: f64, digits: u32) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { NONE.to_owned() };
    }
    let size = value.abs().log10().floor();
    let negative = if value < 0.0 { "−" } else { "" };
    let value = value.abs();
    if (1e-4..1e6).contains(&value) {
        let places = decimals(f64::from(digits) - 1.0 - size);
        let text = format!("{value:.places$}");
        let text = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        };
        let (before, after) = text.split_once('.').unwrap_or((&text, ""));
        let before = before.parse().map_or(before.to_owned(), grouped);
        let point = if after.is_empty() { "" } else { "." };
        return format!("{negative}{before}{point}{after}");
    }
    let mantissa = value / 10f64.powf(size);
    let mantissa = short(mantissa, digits);
    format!("{negative}{mantissa}e{size:.0}")
}

/// A number of decimal places, from 0 to 12.
pub(crate) fn decimals(places: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 12")]
    {
        places.clamp(0.0, 12.0) as usize
    }
}

/// The nearest whole number that is not negative.
pub(crate) fn whole(value: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    {
        value.round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_round() {
        for (value, text) in [
            (0.0, "0"),
            (0.002, "0.002"),
            (0.00005, "5e-5"),
            (1.5, "1.5"),
            (-2.0, "−2"),
            (1234.0, "1,234"),
            (20_000.0, "20,000"),
            (3e7, "3e7"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(short(value, 4), text);
        }
        assert_eq!(duration(3723.0), "1:02:03");
        assert_eq!(duration(12.34), "12.3 s");
        assert_eq!(duration(f64::NAN), "–");
        assert_eq!(loss(Some(1.23456)), "1.2346");
        assert_eq!(loss(Some(f64::INFINITY)), "–");
    }
}
