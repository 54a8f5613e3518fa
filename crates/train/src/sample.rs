//! The samples that a network writes while it is trained.

use crate::Plan;
use charnn_data::Seed;
use charnn_infer::{Engine, Generator, Prompt, Request};
use charnn_kernels::DeviceFault;
use charnn_model::CharLm;

/// The prompt of `sample.prompt` and the text of at most `length` characters that `model` writes after it:
/// a function of the seed and of `step`. `stop` is called regularly; the result is `None` once it returns true.
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
    /// Characters that take well under a second.
    const PIECE: usize = 512;
    let sample = &plan.config.sample;
    let vocabulary = &plan.vocabulary;
    let Prompt { text: prompt, ids, context, .. } = plan.prompt.clone();
    let engine = Engine::new(&model.bundle(vocabulary).map_err(DeviceFault::new)?);
    let request = Request {
        context,
        prompt: ids,
        window: sample.window,
        chain: crate::sampling(sample).chain(vocabulary),
        seed: Seed(plan.config.train.seed),
    };
    let mut generator = Generator::new(&engine, &request, [step]);
    let mut text = String::new();
    let mut left = length;
    while left > 0 {
        let written = generator.write(left.min(PIECE)).concat();
        text.push_str(&vocabulary.decode(&written));
        left = left.saturating_sub(PIECE);
        if left > 0 && stop() {
            return Ok(None);
        }
    }
    Ok(Some((prompt, text)))
}
