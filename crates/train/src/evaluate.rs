//! Measuring a network on a whole text, without touching anything that training holds.

use crate::step::starting_state;
use crate::{Objective, TrainConfig};
use charnn_data::{Batch, Batches, Section, Seed, Streams, Windows};
use charnn_kernels::DeviceFault;
use charnn_model::{CharLm, Nats};

/// Characters for each lane of an evaluation: enough that its zero start state hardly counts.
const CHARACTERS_A_LANE: usize = 2048;
/// At most this many lanes.
const MOST_LANES: usize = 64;

/// The batches to train on: streams or windows, as the objective asks.
///
/// # Panics
/// When `text` is too short; [`crate::Plan`] checks that before.
pub fn batches<'a>(train: &TrainConfig, text: Section<'a>) -> Box<dyn Batches + 'a> {
    let (steps, lanes) = (train.seq_length, train.batch_size);
    match train.objective {
        Objective::Every => Box::new(Streams::new(text, lanes, steps)),
        Objective::Last => Box::new(Windows::new(text, steps, lanes, Seed(train.seed))),
    }
}

/// The batches of one update: `train.accumulate` of those of an epoch, the last update's as many as
/// are left.
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
    let first = size(index * train.accumulate);
    let end = batches.per_epoch().min(first.saturating_add(size(train.accumulate)));
    assert!(first < end, "an epoch of {} batches", batches.per_epoch());
    (first..end).map(|index| batches.batch(epoch, index)).collect()
}

/// The cross-entropy over all of `text`, every character that the objective predicts once.
///
/// The first character of a document is not predicted, and its state starts from zero. Streams carry
/// their state, in lanes whose number depends on the text alone, so the figure
/// does not depend on the batch size of the training. `model` is used without automatic
/// differentiation. `stop` is asked after every batch; `None` when it says so.
///
/// # Errors
/// When the device fails.
///
/// # Panics
/// When `text` is too short: under 2, or under a window and a character.
pub fn evaluate(
    model: &CharLm,
    train: &TrainConfig,
    text: Section<'_>,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Nats>, DeviceFault> {
    let mut batches: Box<dyn Batches> = match train.objective {
        Objective::Every => {
            let lanes = (text.len() / CHARACTERS_A_LANE).clamp(1, MOST_LANES);
            Box::new(Streams::new(text, lanes, train.seq_length))
        }
        Objective::Last => batches(train, text),
    };
    let mut total = Nats::default();
    let mut carried = None;
    for index in 0..batches.per_epoch() {
        let batch = batches.batch(0, index);
        let before = starting_state(model, carried, &batch);
        let (sum, after) = model.loss(&batch, before);
        let sum = sum.try_into_scalar::<f64>().map_err(DeviceFault::new)?;
        total += Nats { sum, characters: batch.predicted() as u64 };
        carried = Some(after);
        if stop() {
            return Ok(None);
        }
    }
    Ok(Some(total))
}
