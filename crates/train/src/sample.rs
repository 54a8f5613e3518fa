//! The samples that a network writes while it is trained.

use crate::Plan;
use charnn_bundle::Decoder;
use charnn_data::Seed;
use charnn_infer::{Engine, Generator, Prompt, Request, write_records};
use charnn_kernels::DeviceFault;
use charnn_model::CharLm;

/// The prompt of `sample.prompt` and the text of at most `length` characters that `model` writes after it; of a
/// network of records, several whole ones. A function of the seed and of `step`. `stop` is called regularly; the result is `None` once it returns true.
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
    if plan.vocabulary.record().is_some() {
        let text = records(&engine, &request, step, length);
        return Ok(Some((prompt, text)));
    }
    let mut generator = Generator::new(&engine, &request, [step]);
    let (mut text, mut decoder) = (String::new(), Decoder::default());
    let mut left = length;
    while left > 0 {
        for id in generator.write(left.min(PIECE)).concat() {
            text.push_str(decoder.push(vocabulary, id));
        }
        left = left.saturating_sub(PIECE);
        if left > 0 && stop() {
            return Ok(None);
        }
    }
    Ok(Some((prompt, text)))
}

/// The most records of a sample.
const RECORDS: u64 = 10;

/// Records of together about `length` characters, one a line, or separated by blank lines if one has several.
/// All but the first repeat the prompt.
fn records(engine: &Engine, request: &Request, step: u64, length: usize) -> String {
    if length == 0 {
        return String::new();
    }
    let first = step.wrapping_mul(RECORDS) % (1 << 48);
    let records = write_records(engine, request, first..first + RECORDS, length);
    let prompt = engine.vocabulary().decode(&request.prompt);
    let has_lines = prompt.contains('\n') || records.iter().any(|it| it.text.contains('\n'));
    let between = if has_lines { "\n\n" } else { "\n" };
    let mut text = String::new();
    let mut left = length;
    for record in records {
        let characters = record.text.chars().count();
        if characters > left && !text.is_empty() {
            break;
        }
        if left < length {
            text += between;
            text += &prompt;
        }
        text += &record.text;
        left = left.saturating_sub(characters + 1);
    }
    text
}
