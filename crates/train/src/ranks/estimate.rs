//! How long a step takes when ranks on several machines share it, before there are such machines.

use crate::{Plan, Predict};

/// A network between machines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interconnect {
    /// Its name, such as `10gbe`.
    pub name: &'static str,
    /// What one rank sends in a second, while it receives as much.
    pub bytes_per_second: f64,
    /// Seconds until a message arrives.
    pub latency: f64,
}

impl Interconnect {
    /// Ethernet of three generations, with 94 % of its bits for data.
    pub const ALL: [Self; 3] = [
        Self { name: "1gbe", bytes_per_second: 0.1175e9, latency: 50e-6 },
        Self { name: "10gbe", bytes_per_second: 1.175e9, latency: 30e-6 },
        Self { name: "100gbe", bytes_per_second: 11.75e9, latency: 5e-6 },
    ];

    /// The network with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|network| network.name == name)
    }
}

/// What a step costs on several ranks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepOnRanks {
    /// Bytes that each rank sends, and receives.
    pub bytes: f64,
    /// Seconds of communication.
    pub exchange_seconds: f64,
    /// Seconds of the step.
    pub step_seconds: f64,
    /// The speed, as a share of that of ranks which need not communicate.
    pub efficiency: f64,
}

impl StepOnRanks {
    /// A step of `plan` that takes one machine `seconds`, on `ranks` machines like it.
    pub fn estimate(plan: &Plan, seconds: f64, ranks: usize, network: Interconnect) -> Self {
        let Plan { config, parameters, .. } = plan;
        let model = &config.model;
        let states = if model.cell.has_cell_state() { 2 } else { 1 };
        let state = match config.train.predict {
            Predict::All => model.num_layers * model.hidden_size * config.train.batch_size * states,
            Predict::Last => 0,
        };
        Self::of_numbers(*parameters as f64, state as f64, seconds, ranks, network)
    }

    /// The same for `parameters` and a `state` of all batch rows of so many numbers. Gradients travel twice, once
    /// to be added and once as sums; the state once. An operation takes one message to each other rank, sent at the
    /// same time.
    fn of_numbers(
        parameters: f64,
        state: f64,
        seconds: f64,
        ranks: usize,
        network: Interconnect,
    ) -> Self {
        const NUMBER: f64 = size_of::<f32>() as f64;
        /// An order, two for the gradients, one for losses and one for states.
        const OPERATIONS: f64 = 5.0;
        let others = (ranks - 1) as f64 / ranks as f64;
        let bytes = (2.0 * parameters + state) * NUMBER * others;
        let latency = if ranks > 1 { OPERATIONS * network.latency } else { 0.0 };
        let exchange_seconds = bytes / network.bytes_per_second + latency;
        let alone = seconds / ranks as f64;
        let step_seconds = alone + exchange_seconds;
        Self { bytes, exchange_seconds, step_seconds, efficiency: alone / step_seconds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_travel_twice_and_the_state_once() {
        let network = Interconnect { name: "", bytes_per_second: 1e9, latency: 0.0 };
        let step = StepOnRanks::of_numbers(1e6, 5e5, 0.04, 4, network);
        assert!((step.bytes - 7.5e6).abs() < 1.0, "{step:?}"); // 10 MB, of which a quarter stays
        assert!((step.exchange_seconds - 0.0075).abs() < 1e-9, "{step:?}");
        assert!((step.step_seconds - 0.0175).abs() < 1e-9, "{step:?}");
        assert!((step.efficiency - 0.01 / 0.0175).abs() < 1e-9, "{step:?}");
    }

    #[test]
    fn one_rank_sends_nothing() {
        let step = StepOnRanks::of_numbers(1e6, 0.0, 0.04, 1, Interconnect::ALL[0]);
        assert_eq!((step.bytes.to_bits(), step.step_seconds.to_bits()), (0, 0.04_f64.to_bits()));
        assert_eq!(Interconnect::named("10gbe"), Some(Interconnect::ALL[1]));
        assert_eq!(Interconnect::named("10"), None);
    }
}
