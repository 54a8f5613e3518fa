//! Measuring a network on a whole text, without touching anything that training holds.

use crate::step::starting_state;
use crate::{Predict, TrainConfig};
use charnn_data::{Batch, Batches, Section, Seed, Streams, Windows};
use charnn_kernels::DeviceFault;
use charnn_model::{CharLm, Loss};

/// Characters for each batch row of an evaluation: enough that the zero start state hardly counts.
const CHARACTERS_PER_ROW: usize = 2048;
/// The most batch rows of an evaluation that carries its state.
const MOST_ROWS: usize = 64;
/// Characters in a batch of windows. Larger batches are no faster; smaller ones are.
const CHARACTERS_PER_BATCH: usize = 8192;

/// The batches to train on: streams or windows, depending on `train.predict`.
///
/// # Panics
/// When `text` is too short; [`crate::Plan`] checks that before.
pub fn batches<'a>(train: &TrainConfig, text: Section<'a>) -> Box<dyn Batches + 'a> {
    let (steps, batch_size) = (train.seq_length, train.batch_size);
    match train.predict {
        Predict::All => Box::new(Streams::new(text, batch_size, steps)),
        Predict::Last => Box::new(Windows::new(text, steps, batch_size, Seed(train.seed))),
    }
}

/// The batches of one update: `train.gradient_accumulation` consecutive batches of an epoch. The last update
/// of an epoch takes those that remain.
///
/// `index` counts the updates of the epoch from 0.
///
/// # Panics
/// When the epoch has no such update.
pub fn batches_of_step(
    batches: &mut dyn Batches,
    train: &TrainConfig,
    epoch: u64,
    index: u64,
) -> Vec<Batch> {
    let size = |count: u64| usize::try_from(count).expect("as many as memory holds");
    let first = size(index * train.gradient_accumulation);
    let end = batches.per_epoch().min(first.saturating_add(size(train.gradient_accumulation)));
    assert!(first < end, "an epoch of {} batches", batches.per_epoch());
    (first..end).map(|index| batches.batch(epoch, index)).collect()
}

/// The cross-entropy over all of `text`; every character that `train.predict` names counts once.
///
/// The first character of a document is not predicted, and its state starts from zero. The batches
/// depend on the text, `train.predict` and `seq_length` alone: neither `batch_size` nor `seed`
/// changes a bit of the result. `model` is used without automatic differentiation. After every
/// batch `stop` is called; the result is `None` when it returns true.
///
/// # Errors
/// When the device fails.
///
/// # Panics
/// When `text` is too short: fewer than 2 characters, or no document longer than a window.
pub fn evaluate(
    model: &CharLm,
    train: &TrainConfig,
    text: Section<'_>,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Loss>, DeviceFault> {
    let steps = train.seq_length;
    let mut batches: Box<dyn Batches> = match train.predict {
        Predict::All => {
            let rows = (text.len() / CHARACTERS_PER_ROW).clamp(1, MOST_ROWS);
            Box::new(Streams::new(text, rows, steps))
        }
        Predict::Last => {
            let rows = (CHARACTERS_PER_BATCH / steps).max(1);
            Box::new(Windows::new(text, steps, rows, Seed(0)))
        }
    };
    let mut total = Loss::default();
    let mut carried = None;
    for index in 0..batches.per_epoch() {
        let batch = batches.batch(0, index);
        let before = starting_state(model, carried, &batch);
        let (sum, after) = model.loss(&batch, before);
        let sum = sum.try_into_scalar::<f64>().map_err(DeviceFault::new)?;
        total += Loss { sum, characters: batch.predicted() as u64 };
        carried = Some(after);
        if stop() {
            return Ok(None);
        }
    }
    Ok(Some(total))
}
