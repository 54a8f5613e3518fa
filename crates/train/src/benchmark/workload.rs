//! The workloads that speed is measured by: the same as those of the programs it is compared with.

use crate::{Pending, RunConfig, TrainState, start_step};
use charnn_config::ModelConfig;
use charnn_data::{Batch, Seed, Vocabulary};
use charnn_infer::{Engine, Generator, Precision, Request, Sampling};
use charnn_kernels::device::Device;
use charnn_kernels::{Algorithm, Cell, DeviceFault};
use charnn_model::CharLm;
use std::fmt;
use std::str::FromStr;
use std::time::Instant;

/// Characters of every workload: those of Tiny Shakespeare.
const VOCABULARY_SIZE: usize = 65;
/// Steps before the clock counts: first steps allocate, and compile the kernels of a GPU.
const WARM_UP: usize = 5;

/// A piece of work to be timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// A training step of `configs/novel.toml`: Embedding 256, RNN 256, B=128, T=100, the last
    /// position predicted.
    Novel,
    /// A training step of two LSTM layers of 512, B=50, T=50, every position predicted.
    Lstm,
    /// The same with GRU layers.
    Gru,
    /// A training step of a GRU layer of 256, B=16, T=64, every position predicted, within a long text.
    Prose,
    /// The same where records of about 20 characters follow each other.
    Records,
    /// The same as `Novel` with such records.
    NovelRecords,
    /// Writing one text, character by character, with the network of `Novel`.
    GenNovel(Precision),
    /// The same with the network of `Lstm`.
    GenLstm(Precision),
}

/// What a workload does over and over.
enum Work {
    Train(Batch),
    Write(Precision),
}

/// What was measured.
#[derive(Debug, Clone)]
pub enum Measurement {
    /// Milliseconds of each training step.
    Steps(Vec<f64>),
    /// Characters written in a second, on one core.
    CharactersPerSecond(u64),
}

impl Workload {
    /// Every workload and the word for it.
    pub const ALL: [(Self, &str); 10] = [
        (Self::Novel, "novel"),
        (Self::Lstm, "lstm"),
        (Self::Gru, "gru"),
        (Self::Prose, "prose"),
        (Self::Records, "records"),
        (Self::NovelRecords, "novel-records"),
        (Self::GenNovel(Precision::F32), "gen-novel"),
        (Self::GenLstm(Precision::F32), "gen-lstm"),
        (Self::GenNovel(Precision::Bf16), "gen-novel-bf16"),
        (Self::GenLstm(Precision::Bf16), "gen-lstm-bf16"),
    ];

    /// The sizes of its network.
    pub fn model(self) -> ModelConfig {
        let sizes = |cell: Cell, size, num_layers| ModelConfig {
            cell,
            embedding_dim: size,
            hidden_size: size,
            num_layers,
            ..ModelConfig::default()
        };
        match self {
            Self::Novel | Self::NovelRecords | Self::GenNovel(_) => sizes(Cell::Rnn, 256, 1),
            Self::Prose | Self::Records => sizes(Cell::Gru, 256, 1),
            Self::Lstm | Self::GenLstm(_) => sizes(Cell::Lstm, 512, 2),
            Self::Gru => sizes(Cell::Gru, 512, 2),
        }
    }

    /// How the recurrence is computed on `device`; `None` when text is written.
    pub fn algorithm(self, device: &Device) -> Option<Algorithm> {
        let Work::Train(batch) = self.work() else { return None };
        let model = self.model();
        Some(Algorithm::choose(device, model.cell, model.hidden_size, batch.rows))
    }

    /// Runs it on `device`: `steps` training steps, or 500 characters for each of them.
    ///
    /// # Errors
    /// When the device fails.
    pub fn measure(self, device: &Device, steps: usize) -> Result<Measurement, DeviceFault> {
        Ok(match self.work() {
            Work::Train(batch) => Measurement::Steps(self.train(&batch, device, steps)?),
            Work::Write(precision) => {
                Measurement::CharactersPerSecond(self.write(precision, device, 500 * steps)?)
            }
        })
    }

    fn work(self) -> Work {
        let (steps, rows, targets) = match self {
            Self::Novel | Self::NovelRecords => (100, 128, 128),
            Self::Prose | Self::Records => (64, 16, 64 * 16),
            Self::Lstm | Self::Gru => (50, 50, 50 * 50),
            Self::GenNovel(precision) | Self::GenLstm(precision) => return Work::Write(precision),
        };
        let ids = |count: usize, factor: usize| -> Vec<i32> {
            let id = |at: usize| i32::try_from(at * factor % VOCABULARY_SIZE).expect("small");
            (0..count).map(id).collect()
        };
        let (inputs, targets) = (ids(steps * rows, 31), ids(targets, 17));
        Work::Train(Batch {
            steps,
            rows,
            inputs,
            targets,
            resets: vec![true; rows],
            boundaries: match self {
                Self::Records | Self::NovelRecords => record_starts(steps, rows),
                _ => Vec::new(),
            },
        })
    }

    fn train(self, batch: &Batch, device: &Device, steps: usize) -> Result<Vec<f64>, DeviceFault> {
        let device = device.clone().autodiff();
        let model = CharLm::init(self.model().architecture(), VOCABULARY_SIZE, Seed(1), &device);
        let mut config = RunConfig { model: self.model(), ..RunConfig::default() };
        config.train.grad_clip = 0.0;
        let mut state = TrainState::new(model, &config.train);
        let mut milliseconds = Vec::with_capacity(steps);
        let mut last: Option<Pending> = None;
        for index in 0..WARM_UP + steps {
            let start = Instant::now();
            let batch = std::slice::from_ref(batch);
            let (after, pending) = start_step(state, batch, 1e-3, &config, last.as_ref())?;
            // As in training: the loss of the step before, while the device is at this one.
            if let Some(last) = last.replace(pending) {
                last.read()?;
            }
            state = after;
            if index + 1 == WARM_UP
                && let Some(last) = &last
            {
                last.read()?; // its time is not counted
            }
            if index >= WARM_UP {
                milliseconds.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        if let Some(last) = last {
            last.read()?;
        }
        Ok(milliseconds)
    }

    fn write(
        self,
        precision: Precision,
        device: &Device,
        characters: usize,
    ) -> Result<u64, DeviceFault> {
        let model = CharLm::init(self.model().architecture(), VOCABULARY_SIZE, Seed(1), device);
        let symbols = ('\0'..).take(VOCABULARY_SIZE);
        let vocabulary = Vocabulary::of_characters(symbols, false).expect("different characters");
        let bundle = model.bundle(&vocabulary).map_err(DeviceFault::new)?;
        let engine = Engine::with_precision(&bundle, precision);
        let chain = Sampling::GREEDY.chain(&vocabulary);
        let request =
            Request { context: Vec::new(), prompt: vec![0], window: 0, chain, seed: Seed(1) };
        let mut generator = Generator::new(&engine, &request, [0]);
        generator.write(characters / 10);
        let start = Instant::now();
        generator.write(characters);
        let rate = characters as u128 * 1_000_000 / start.elapsed().as_micros().max(1);
        Ok(u64::try_from(rate).unwrap_or(u64::MAX))
    }
}

/// Where records of 10 to 30 characters begin inside a batch, as in [`Batch::boundaries`].
fn record_starts(steps: usize, rows: usize) -> Vec<(usize, usize)> {
    let mut starts = Vec::new();
    for row in 0..rows {
        // The first record of a row has begun before the batch.
        let mut step = 1 + row * 11 % 20;
        while step < steps {
            starts.push((step, row));
            step += 10 + (step * 10 + row * 11) % 21;
        }
    }
    starts.sort_unstable();
    starts
}

impl FromStr for Workload {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(_, word)| *word == text);
        found.map(|(workload, _)| *workload).ok_or_else(|| {
            let words = Self::ALL.map(|(_, word)| word).join(", ");
            format!("unknown workload {text:?}; the choices are {words}")
        })
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Self::ALL.iter().find(|(workload, _)| workload == self);
        out.write_str(found.expect("all are listed").1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_have_twenty_characters_in_the_mean() {
        for (steps, rows) in [(64, 16), (100, 128)] {
            let starts = record_starts(steps, rows);
            assert!(starts.is_sorted() && starts.iter().all(|&(step, row)| step > 0 && row < rows));
            let mean = (steps * rows) as f64 / starts.len() as f64;
            assert!((19.0..21.0).contains(&mean), "{mean} characters");
        }
    }
}
