//! The parameters of a request for completions.

use super::fields::Fields;
use crate::limits;
use crate::problem::Problem;
use charnn_infer::{OnUnknown, Overrides};
use charnn_message::text;
use serde_json::Value;

/// What to write.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parameters {
    pub(super) model: String,
    /// `None` for the prompt of the run.
    pub(super) prompts: Vec<Option<String>>,
    /// Text that was already written after the prompt.
    pub(super) written: String,
    pub(super) texts: usize,
    /// Characters; `None` for the length of the run's samples.
    pub(super) length: Option<usize>,
    pub(super) stops: Vec<String>,
    pub(super) seed: Option<u64>,
    pub(super) echo: bool,
    pub(super) logprobs: Option<usize>,
    pub(super) stream: bool,
    /// Whether a stream ends with the number of characters.
    pub(super) include_usage: bool,
    pub(super) on_unknown: OnUnknown,
    pub(super) overrides: Overrides,
}

/// Every parameter. `user` has no meaning here.
pub(crate) const NAMES: [&str; 26] = [
    "best_of",
    "echo",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "max_tokens",
    "min_p",
    "model",
    "n",
    "no_repeat",
    "on_unknown",
    "penalty_window",
    "presence_penalty",
    "prompt",
    "repetition_penalty",
    "seed",
    "stop",
    "stream",
    "stream_options",
    "suffix",
    "temperature",
    "top_k",
    "top_p",
    "typical",
    "user",
    "written",
];

impl Parameters {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// When it is not JSON, or a parameter is unknown or wrong.
    pub(super) fn read(body: &[u8]) -> Result<Self, Problem> {
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let message = text!(
                en: "the body is not JSON: line {line}, column {column}",
                zh: "请求体不是 JSON：第 {line} 行第 {column} 列"
            );
            Problem::new(400, "invalid_json", message)
        })?;
        let Value::Object(fields) = value else {
            let message = text!(en: "the body must be a JSON object", zh: "请求体必须是 JSON 对象");
            return Err(Problem::new(400, "invalid_json", message));
        };
        if let Some(name) = fields.keys().find(|name| !NAMES.contains(&name.as_str())) {
            let message = text!(en: "unknown parameter {name:?}", zh: "未知的参数 {name:?}");
            return Err(Problem::new(400, "unknown_parameter", message));
        }
        let fields = Fields(&fields);
        refuse_unsupported(&fields)?;
        let prompts = prompts(&fields)?;
        let texts = fields.size("n", 1..=limits::TEXTS as u64)?.unwrap_or(1);
        if texts * prompts.len() > limits::TEXTS {
            let most = limits::TEXTS;
            let message = text!(
                en: "n: a request writes at most {most} texts, for all prompts together",
                zh: "n：一次请求最多生成 {most} 段文本（所有提示合计）"
            );
            return Err(Problem::parameter("n", message));
        }
        if let Some(best_of) = fields.whole("best_of", 1..=u64::MAX)?
            && best_of != texts as u64
        {
            let message = text!(en: "best_of: only the value of n is supported", zh: "best_of：只支持与 n 相同的值");
            return Err(Problem::parameter("best_of", message));
        }
        let stops = fields.strings("stop", limits::STOPS)?;
        let is_bad = |stop: &String| stop.is_empty() || stop.chars().count() > limits::STOP;
        if stops.iter().any(is_bad) {
            let most = limits::STOP;
            let message = text!(
                en: "stop: each string has 1 to {most} characters",
                zh: "stop：每个字符串应有 1 到 {most} 个字符"
            );
            return Err(Problem::parameter("stop", message));
        }
        let include_usage = fields
            .get("stream_options")
            .and_then(|options| options.get("include_usage"))
            .is_some_and(|value| value == &Value::Bool(true));
        Ok(Self {
            model: fields.string("model")?.unwrap_or("latest").to_owned(),
            prompts,
            written: limited(
                "written",
                fields.string("written")?.unwrap_or_default(),
                limits::LENGTH,
            )?,
            texts,
            length: fields.size("max_tokens", 0..=limits::LENGTH as u64)?,
            stops,
            seed: fields.whole("seed", 0..=u64::MAX)?,
            echo: fields.flag("echo")?,
            logprobs: fields.size("logprobs", 0..=limits::LOGPROBS as u64)?,
            stream: fields.flag("stream")?,
            include_usage,
            on_unknown: on_unknown(&fields)?,
            overrides: overrides(&fields)?,
        })
    }
}

fn refuse_unsupported(fields: &Fields<'_>) -> Result<(), Problem> {
    let is_empty = |value: &Value| match value {
        Value::String(text) => text.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    for name in ["suffix", "logit_bias"] {
        if fields.get(name).is_some_and(|value| !is_empty(value)) {
            let message = text!(en: "{name} is not supported", zh: "不支持 {name}");
            return Err(Problem::parameter(name, message));
        }
    }
    Ok(())
}

fn limited(name: &'static str, text: &str, most: usize) -> Result<String, Problem> {
    if text.chars().count() <= most {
        return Ok(text.to_owned());
    }
    let message = text!(
        en: "{name}: at most {most} characters",
        zh: "{name}：最多 {most} 个字符"
    );
    Err(Problem::parameter(name, message))
}

fn prompts(fields: &Fields<'_>) -> Result<Vec<Option<String>>, Problem> {
    let prompts = fields.strings("prompt", limits::PROMPTS)?;
    if prompts.is_empty() {
        return Ok(vec![None]);
    }
    let limited = |prompt: &String| limited("prompt", prompt, limits::PROMPT).map(Some);
    prompts.iter().map(limited).collect()
}

fn on_unknown(fields: &Fields<'_>) -> Result<OnUnknown, Problem> {
    let Some(word) = fields.string("on_unknown")? else { return Ok(OnUnknown::Error) };
    word.parse().map_err(|_| {
        let message = text!(
            en: "on_unknown: expected error, skip or unk",
            zh: "on_unknown：应为 error、skip 或 unk"
        );
        Problem::parameter("on_unknown", message)
    })
}

#[expect(clippy::cast_possible_truncation, reason = "logits are f32 too")]
fn overrides(fields: &Fields<'_>) -> Result<Overrides, Problem> {
    let single = |number: Option<f64>| number.map(|number| number as f32);
    // A probability of 0 would leave no character.
    let share = f64::MIN_POSITIVE..=1.0;
    Ok(Overrides {
        greedy: false,
        temperature: fields.number("temperature", 0.0..=100.0)?,
        top_k: fields.size("top_k", 0..=1 << 16)?,
        top_p: fields.number("top_p", share.clone())?,
        min_p: fields.number("min_p", 0.0..=1.0)?,
        typical: fields.number("typical", share)?,
        repetition_penalty: single(fields.number("repetition_penalty", 0.1..=10.0)?),
        presence_penalty: single(fields.number("presence_penalty", -10.0..=10.0)?),
        frequency_penalty: single(fields.number("frequency_penalty", -10.0..=10.0)?),
        penalty_window: fields.size("penalty_window", 1..=100_000)?,
        no_repeat: fields.size("no_repeat", 0..=1000)?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use charnn_message::Language;
    use serde_json::json;

    fn problem(body: &Value) -> Value {
        let problem = Parameters::read(body.to_string().as_bytes()).unwrap_err();
        problem.json(Language::English)["error"].take()
    }

    #[test]
    fn parameters_have_the_defaults_of_the_run() {
        let read = |body: Value| Parameters::read(body.to_string().as_bytes()).unwrap();
        let empty = read(json!({}));
        assert_eq!((&*empty.model, empty.texts, empty.length), ("latest", 1, None));
        assert_eq!(empty.prompts, [None]);
        assert_eq!(empty.overrides, Overrides::default());
        let nulls = json!({ "n": null, "prompt": null, "seed": null, "stop": null, "user": "me" });
        assert_eq!(read(nulls), empty);
        let some = read(json!({ "prompt": ["a", ""], "stop": "x", "logprobs": 0, "top_p": 0.5 }));
        assert_eq!(some.prompts, [Some("a".to_owned()), Some(String::new())]);
        assert_eq!((some.stops.len(), some.logprobs), (1, Some(0)));
        assert_eq!(some.overrides.top_p, Some(0.5));
    }

    #[test]
    fn wrong_parameters_are_named() {
        for (name, value) in [
            ("n", json!(0)),
            ("n", json!(65)),
            ("n", json!("2")),
            ("max_tokens", json!(20_001)),
            ("max_tokens", json!(-1)),
            ("max_tokens", json!(1.5)),
            ("temperature", json!(-0.1)),
            ("temperature", json!("hot")),
            ("top_p", json!(0)),
            ("top_p", json!(1.1)),
            ("stop", json!([""])),
            ("stop", json!(7)),
            ("stop", json!(vec!["a"; 17])),
            ("prompt", json!([1, 2])),
            ("prompt", json!({})),
            ("prompt", json!("a".repeat(4097))),
            ("prompt", json!(vec!["a"; 17])),
            ("seed", json!(-1)),
            ("echo", json!(1)),
            ("logprobs", json!(21)),
            ("logprobs", json!(true)),
            ("model", json!(1)),
            ("best_of", json!(3)),
            ("suffix", json!("end")),
            ("logit_bias", json!({ "50256": -100 })),
            ("on_unknown", json!("what")),
            ("stream", json!("yes")),
            ("presence_penalty", json!(11)),
            ("written", json!("a".repeat(20_001))),
        ] {
            let problem = problem(&json!({ name: value }));
            assert_eq!(
                (&problem["param"], &problem["type"]),
                (&json!(name), &json!("invalid_request_error"))
            );
            assert!(problem["message"].as_str().unwrap().contains(name), "{problem}");
        }
        assert_eq!(problem(&json!({ "temprature": 1 }))["code"], "unknown_parameter");
        assert_eq!(problem(&json!([]))["code"], "invalid_json");
        assert_eq!(Parameters::read(b"{").unwrap_err(), Parameters::read(b"{").unwrap_err());
    }
}
