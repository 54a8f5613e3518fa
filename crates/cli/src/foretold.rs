//! What a dry run foretells, and how learning by heart goes: a line each. English is here,
//! `chinese::foretold` has the rest.

use crate::output::grouped;
use indicatif::FormattedDuration;
use std::fmt;
use std::time::Duration;

/// A line, or two.
pub(crate) enum Foretold {
    Parameters(usize),
    /// In bytes, as everything here.
    Memory {
        needed: f64,
        have: Option<u64>,
    },
    TooMuchMemory,
    Tensor {
        largest: f64,
        most: u64,
    },
    TooLargeTensor,
    Disk {
        one: u64,
        all: f64,
        free: Option<u64>,
    },
    Steps {
        seconds: f64,
        characters_per_second: u64,
        steps: u64,
        all: Duration,
    },
    Measured(u64),
    Round {
        round: u64,
        nats: f64,
    },
    /// From so many nats to so many.
    Learned {
        first: f64,
        last: f64,
        rounds: u64,
    },
}

impl fmt::Display for Foretold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Parameters(count) => write!(out, "parameters      {}", grouped(count as u64)),
            Self::Memory { needed, have } => {
                let of = have.map_or(String::new(), |have| format!(" of {}", size(have as f64)));
                write!(out, "memory          about {}{of}", size(needed))
            }
            Self::TooMuchMemory => write!(
                out,
                "this is more than the machine has; lower train.batch_size, train.seq_length or \
                 model.hidden_size"
            ),
            Self::Tensor { largest, most } => {
                let (largest, most) = (size(largest), size(most as f64));
                write!(out, "largest tensor  {largest}, of at most {most}")
            }
            Self::TooLargeTensor => {
                write!(out, "the device takes no tensor of that size; lower train.batch_size")
            }
            Self::Disk { one, all, free } => {
                let of = free.map_or(String::new(), |it| format!(" of {} free", size(it as f64)));
                let (one, all) = (size(one as f64), size(all));
                write!(out, "disk            {one} a checkpoint, at most {all}{of}")
            }
            Self::Steps { seconds, characters_per_second, steps, all } => write!(
                out,
                "a step          {:.1} ms, {} characters a second\nall steps       {} in {}, evaluations \
                 and samples apart",
                seconds * 1e3,
                grouped(characters_per_second),
                grouped(steps),
                FormattedDuration(all),
            ),
            Self::Measured(peak) => {
                write!(out, "measured        {} of memory at most, so far", size(peak as f64))
            }
            Self::Round { round, nats } => {
                write!(out, "round {round}: {nats:.4} nats per character")
            }
            Self::Learned { first, last, rounds } => write!(
                out,
                "learned by heart: {first:.3} to {last:.3} nats per character in {rounds} rounds"
            ),
        }
    }
}

/// A number of bytes for a person.
pub(crate) fn size(bytes: f64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes / 1024.0;
    let mut at = 0;
    while value >= 1000.0 && at + 1 < units.len() {
        value /= 1024.0;
        at += 1;
    }
    let digits = usize::from(value < 10.0);
    format!("{value:.digits$} {}", units[at])
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_short() {
        let cases = [(1024.0, "1.0 KiB"), (1_500_000.0, "1.4 MiB"), (200e9, "186 GiB")];
        for (bytes, expected) in cases {
            assert_eq!(size(bytes), expected);
        }
    }
}
