//! Measuring a network on a whole text, without touching anything that training holds.

use crate::step::starting_state;
use crate::{Objective, TrainConfig};
use charnn_data::{Batches, Seed, Streams, Windows};
use charnn_model::{CharLm, Nats};

/// Characters for each lane of an evaluation: enough that its zero start state hardly counts.
const CHARACTERS_A_LANE: usize = 2048;
/// At most this many lanes.
const MOST_LANES: usize = 64;

/// The batches to train on: streams or windows, as the objective asks.
///
/// # Panics
/// When `ids` are too few; [`crate::Plan`] checks that before.
pub fn batches<'a>(train: &TrainConfig, ids: &'a [u32]) -> Box<dyn Batches + 'a> {
    let (steps, lanes) = (train.seq_length, train.batch_size);
    match train.objective {
        Objective::Every => Box::new(Streams::new(ids, lanes, steps)),
        Objective::Last => Box::new(Windows::new(ids, steps, lanes, Seed(train.seed))),
    }
}

/// The cross-entropy over all of `ids`, every character that the objective predicts once.
///
/// Streams carry their state, in lanes whose number depends on the text alone, so the figure
/// does not depend on the batch size of the training. `model` is used without automatic
/// differentiation. `stop` is asked after every batch; `None` when it says so.
///
/// # Panics
/// When `ids` are too few: under 2, or under a window and a character.
pub fn evaluate(
    model: &CharLm,
    train: &TrainConfig,
    ids: &[u32],
    stop: &dyn Fn() -> bool,
) -> Option<Nats> {
    let mut batches: Box<dyn Batches> = match train.objective {
        Objective::Every => {
            let lanes = (ids.len() / CHARACTERS_A_LANE).clamp(1, MOST_LANES);
            Box::new(Streams::new(ids, lanes, train.seq_length))
        }
        Objective::Last => batches(train, ids),
    };
    let mut total = Nats::default();
    let mut carried = None;
    for index in 0..batches.per_epoch() {
        let batch = batches.batch(0, index);
        let before = starting_state(model, carried, &batch);
        let (sum, after) = model.loss(&batch, before);
        total += Nats { sum: sum.into_scalar::<f64>(), characters: batch.predicted() as u64 };
        carried = Some(after);
        if stop() {
            return None;
        }
    }
    Some(total)
}
