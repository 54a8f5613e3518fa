//! The largest batch that a device has room for, once its memory has not sufficed.

use crate::{Footprint, Plan, RunConfig};
use charnn_kernels::Cell;
use charnn_kernels::device::{Device, largest_buffer, memory};
use charnn_message::{Text, text};

/// What would fit into the memory of a device, by the estimate of [`Footprint`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fitting {
    /// Smaller batches, of which several make a step.
    Batch {
        /// `train.batch_size`.
        batch_size: usize,
        /// `train.gradient_accumulation`, so that a step sees as many characters as before.
        accumulation: u64,
    },
    /// Not even a batch of one row.
    Nothing,
}

/// The room of a device, in bytes.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// For one tensor.
    tensor: f64,
    /// For all that a run keeps, at least: what it had reserved when the next tensor did not fit.
    all: Option<f64>,
}

impl Fitting {
    /// What would fit on `device`, which has just failed to run `plan` for lack of memory.
    pub fn of(plan: &Plan, device: &Device) -> Self {
        let room = Room {
            tensor: largest_buffer(device).map_or(f64::INFINITY, |bytes| bytes as f64),
            all: memory(device).map(|[_, reserved]| reserved as f64),
        };
        Self::in_room(&plan.config, plan.vocabulary.len(), room)
    }

    fn in_room(config: &RunConfig, vocabulary_size: usize, room: Room) -> Self {
        let of = |batch_size: usize| {
            let mut config = config.clone();
            config.train.batch_size = batch_size;
            let footprint = Footprint::of(&config, vocabulary_size, 0);
            Footprint { largest_tensor: largest_tensor(&config, footprint), ..footprint }
        };
        let (now, train) = (of(config.train.batch_size), &config.train);
        let fits = |batch_size: usize| {
            let needed = of(batch_size);
            if now.largest_tensor > room.tensor {
                return needed.largest_tensor <= room.tensor;
            }
            // Without a better bound, half of what did not fit.
            let all = room.all.filter(|all| *all > now.parameters);
            needed.on_device() <= all.unwrap_or(now.on_device() / 2.0)
        };
        // More rows never need less.
        let (mut fitting, mut too_many) = (0, train.batch_size.max(1));
        while too_many - fitting > 1 {
            let middle = usize::midpoint(fitting, too_many);
            if fits(middle) { fitting = middle } else { too_many = middle }
        }
        if fitting == 0 {
            return Self::Nothing;
        }
        let rows = train.batch_size as u64 * train.gradient_accumulation;
        Self::Batch { batch_size: fitting, accumulation: rows.div_ceil(fitting as u64) }
    }

    /// What to do.
    pub fn text(self) -> Text {
        match self {
            Self::Batch { batch_size, accumulation } => text!(
                en: "a new run with train.batch_size = {batch_size} and \
                     train.gradient_accumulation = {accumulation} should fit",
                zh: "用 train.batch_size = {batch_size} 和 train.gradient_accumulation = {accumulation} \
                     重新训练，显存应该够用"
            ),
            Self::Nothing => text!(
                en: "not even a batch of one row fits: lower train.seq_length, model.hidden_size or \
                     model.num_layers, or train on the CPU",
                zh: "批大小为 1 也放不下：请减小 train.seq_length、model.hidden_size 或 model.num_layers，\
                     或改用 CPU 训练"
            ),
        }
    }
}

/// Bytes of the largest tensor on a GPU: there, states include the first, and most cells keep four gates.
fn largest_tensor(config: &RunConfig, footprint: Footprint) -> f64 {
    let RunConfig { model, train, .. } = config;
    let rows = train.batch_size as f64 * size_of::<f32>() as f64;
    let (steps, hidden) = (train.seq_length as f64, model.hidden_size as f64);
    let gates = if model.cell == Cell::Rnn { 0.0 } else { steps * (4.0 * hidden + 4.0) };
    footprint.largest_tensor.max(rows * ((steps + 1.0) * hidden).max(gates))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: f64 = 1024.0 * 1024.0;

    fn config(batch_size: usize) -> RunConfig {
        let mut config = RunConfig::default();
        config.model.hidden_size = 512;
        config.train.batch_size = batch_size;
        config.train.seq_length = 300;
        config.train.gradient_accumulation = 2;
        config
    }

    fn fitting(batch_size: usize, tensor: f64, all: Option<f64>) -> Option<usize> {
        match Fitting::in_room(&config(batch_size), 80, Room { tensor, all }) {
            Fitting::Nothing => None,
            Fitting::Batch { batch_size: fitting, accumulation } => {
                assert!(fitting < batch_size);
                let rows = fitting as u64 * accumulation;
                assert!((2 * batch_size as u64..).contains(&rows), "{fitting}, {accumulation}");
                assert!(rows - 2 * (batch_size as u64) < fitting as u64);
                Some(fitting)
            }
        }
    }

    #[test]
    fn the_largest_batch_of_which_every_tensor_fits_is_found() {
        let largest = |batch_size| {
            let config = config(batch_size);
            largest_tensor(&config, Footprint::of(&config, 80, 0))
        };
        // The states of an RNN, the first included.
        let mut rnn = config(10);
        rnn.model.cell = Cell::Rnn;
        let footprint = Footprint::of(&rnn, 80, 0);
        let states = 4.0 * 10.0 * 301.0 * 512.0;
        assert!((largest_tensor(&rnn, footprint) - states).abs() < 1.0, "{footprint:?}");
        let found = fitting(3000, 128.0 * MIB, Some(1.0)).unwrap();
        assert!(largest(found) <= 128.0 * MIB && largest(found + 1) > 128.0 * MIB, "{found}");
    }

    #[test]
    fn the_largest_batch_that_fits_into_what_was_reserved_is_found() {
        let needed = |batch_size| Footprint::of(&config(batch_size), 80, 0).on_device();
        let room = 1500.0 * MIB;
        let found = fitting(3000, f64::INFINITY, Some(room)).unwrap();
        assert!(needed(found) <= room && needed(found + 1) > room, "{found}");
        // Nothing is known of the device.
        let found = fitting(64, f64::INFINITY, None).unwrap();
        assert!((20..=32).contains(&found), "{found}");
    }

    #[test]
    fn a_network_that_is_too_large_for_one_row_gets_no_batch() {
        assert_eq!(fitting(64, 1024.0, None), None);
        assert_eq!(fitting(1, f64::INFINITY, None), None);
    }
}
