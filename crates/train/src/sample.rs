//! What the network writes while it trains.

use crate::Plan;
use charnn_data::{Purpose, Seed};
use charnn_kernels::{DeviceFault, Precision};
use charnn_model::{CharLm, Generator};

/// The prompt of `sample.prompt` and the text that `model` writes after it, the same for the same seed and
/// `step`, of at most `length` characters. `stop` is asked now and then; `None` when it says so.
///
/// # Errors
/// When the device fails.
pub(crate) fn sample(
    plan: &Plan,
    model: &CharLm,
    step: u64,
    length: usize,
    stop: &dyn Fn() -> bool,
) -> Result<Option<(String, String)>, DeviceFault> {
    /// Characters that are written in well under a second.
    const PIECE: usize = 512;
    let sample = &plan.config.sample;
    let prompt = Plan::prompt(&plan.vocabulary, &sample.prompt).expect("checked by the plan");
    let ids = plan.vocabulary.encode(&prompt).expect("checked by the plan");
    let rng = Seed(plan.config.train.seed).rng(Purpose::Sample, step);
    let decoder = model.decoder(Precision::F32)?;
    let sampling = sample.sampling(&plan.vocabulary);
    let mut generator = Generator::new(decoder, &ids, sample.window, sampling, [rng]);
    let mut text = String::new();
    let mut left = length;
    while left > 0 {
        let written = generator.write(left.min(PIECE))?.concat();
        text.push_str(&plan.vocabulary.decode(&written));
        left = left.saturating_sub(PIECE);
        if left > 0 && stop() {
            return Ok(None);
        }
    }
    Ok(Some((prompt, text)))
}
