//! Estimates the memory of a run.
//!
//! The constants are fitted to what the process needs at most on a CPU (`crates/cli/tests/dry_run.rs`
//! holds the sum to a fifth of that). On a GPU the same tensors lie in its memory instead.

use crate::{OptimizerKind, Predict, RunConfig};
use charnn_kernels::Cell;

const BYTES: f64 = size_of::<f32>() as f64;
/// The program itself and its libraries, in bytes.
const PROGRAM: f64 = 26e6;
/// What its threads take once they work, however little, in bytes.
const THREADS: f64 = 6e6;
/// What the allocator holds back for the next step, in bytes, at most.
const RESERVE: f64 = 40e6;

/// What training keeps, in bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Footprint {
    /// The program, before it has read anything.
    pub program: f64,
    /// The text, as characters and as ids.
    pub text: f64,
    /// Weights, their gradients and moments, the weights as the kernels want them, and the best network.
    pub parameters: f64,
    /// What the steps of one batch keep until its gradients are there, or the copies that a checkpoint
    /// is written from: the larger one, as they follow each other.
    pub work: f64,
    /// The largest single tensor.
    pub largest_tensor: f64,
}

impl Footprint {
    /// The memory of a network of `vocabulary_size` characters, trained with `config` on a text of
    /// `characters`.
    pub fn of(config: &RunConfig, vocabulary_size: usize, characters: usize) -> Self {
        let RunConfig { data, model, train, .. } = config;
        let (v, h) = (vocabulary_size as f64, model.hidden_size as f64);
        let (g, l) = (model.cell.gates() as f64, model.num_layers as f64);
        let parameters = model.parameter_count(vocabulary_size) as f64;
        let head = (h + 1.0) * v;
        let places = train.batch_size as f64 * train.seq_length as f64;
        // Numbers kept per position, in units of H: of every layer, and once.
        let (layer, once) = match model.cell {
            Cell::Rnn => (3.0, 0.5),
            Cell::Gru => (8.3, 1.7),
            Cell::Lstm => (9.9, -1.0),
            Cell::MinGru => (6.0, 1.5),
        };
        let dropped = if model.dropout > 0.0 { 4.0 * l } else { 0.0 };
        let activations = BYTES * places * h * (layer * l + once + dropped);
        let logits = if train.predict == Predict::All { places * v } else { 0.0 };
        let moments = match train.optimizer {
            OptimizerKind::Adam | OptimizerKind::AdamW | OptimizerKind::KerasAdam => 2.0,
            OptimizerKind::RmsProp | OptimizerKind::KerasRmsProp if train.momentum > 0.0 => 2.0,
            OptimizerKind::RmsProp | OptimizerKind::KerasRmsProp => 1.0,
            OptimizerKind::Sgd if train.momentum > 0.0 => 1.0,
            OptimizerKind::Sgd => 0.0,
        };
        // The best network waits for the next checkpoint.
        let best = if data.has_validation() { 1.0 + moments } else { 0.0 };
        // The head's gradient is summed by every thread for itself.
        let step = activations + activations.min(RESERVE) + BYTES * 2.0 * head;
        Self {
            program: PROGRAM,
            text: 4.0 * characters as f64,
            parameters: BYTES * parameters * (3.2 + moments + best),
            work: THREADS + step.max(BYTES * parameters * 2.5 * (1.0 + moments)),
            largest_tensor: BYTES * (places * g * h).max(logits).max(v * g * h).max(h * g * h),
        }
    }

    /// What a GPU keeps of it.
    pub fn on_device(&self) -> f64 {
        self.parameters + self.work - THREADS
    }

    /// All that is in memory at once.
    pub fn memory(&self) -> f64 {
        self.program + self.text + self.parameters + self.work
    }
}
