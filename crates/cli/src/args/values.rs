//! What flags take: choices, numbers and sizes. A value that is refused says what is expected, in both
//! languages.

use charnn_config::{ByteSize, DeviceChoice, RunConfig};
use charnn_data::OnUnknown;
use charnn_message::{Text, text};
use charnn_runs::CheckpointSelector;
use charnn_text::{Encoding, OnMalformed, OnMixed, Records};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::fmt;
use std::str::FromStr;

/// What a flag takes instead of the value that it was given.
#[derive(Debug, Clone)]
pub(crate) struct Expected(pub(crate) Text);

impl fmt::Display for Expected {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.english)
    }
}

impl std::error::Error for Expected {}

/// One of `words`, each of which `T` can be read from.
pub(crate) fn choice<T>(words: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr + Clone + Send + Sync + 'static,
{
    let wrong = || Expected(text!(en: "not a choice", zh: "不在可选值之中"));
    PossibleValuesParser::new(words).try_map(move |word| word.parse().map_err(|_| wrong()))
}

/// Where to compute.
pub(crate) fn device() -> impl TypedValueParser<Value = DeviceChoice> {
    choice(&["auto", "gpu", "cpu", "software", "ndarray"])
}

/// Where to train: a device, or an adapter by number or name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeviceArgument {
    pub(crate) choice: DeviceChoice,
    /// Empty for the first.
    pub(crate) adapter: String,
}

/// A device, or `gpu:` and an adapter.
pub(crate) fn device_or_adapter(text: &str) -> Result<DeviceArgument, Expected> {
    match text.strip_prefix("gpu:") {
        Some(adapter) if !adapter.trim().is_empty() => {
            Ok(DeviceArgument { choice: DeviceChoice::Gpu, adapter: adapter.trim().to_owned() })
        }
        _ => {
            let names = DeviceChoice::ALL.map(|(_, name)| name).join(", ");
            let choice = text.parse().map_err(|_| {
                Expected(text!(
                    en: "expected one of {names}, gpu:NUMBER, gpu:NAME",
                    zh: "应为 {names}、gpu:编号、gpu:名称 之一"
                ))
            })?;
            Ok(DeviceArgument { choice, adapter: String::new() })
        }
    }
}

/// How to handle malformed bytes.
pub(crate) fn on_malformed() -> impl TypedValueParser<Value = OnMalformed> {
    choice(&["replace", "skip", "error"])
}

/// How to handle a text that mixes encodings.
pub(crate) fn on_mixed() -> impl TypedValueParser<Value = OnMixed> {
    choice(&["warn", "decode"])
}

/// How to handle characters that the network does not know.
pub(crate) fn on_unknown() -> impl TypedValueParser<Value = OnUnknown> {
    choice(&["error", "skip", "unk"])
}

/// An encoding, by any of its names.
pub(crate) fn encoding(text: &str) -> Result<Encoding, Expected> {
    text.parse().map_err(|_| {
        Expected(text!(
            en: "expected an encoding, such as utf-8, gb18030, big5, shift_jis or windows-1252",
            zh: "应为编码名称，例如 utf-8、gb18030、big5、shift_jis 或 windows-1252"
        ))
    })
}

/// How a text is divided into records: a word, or the form of a configuration file.
pub(crate) fn records(text: &str) -> Result<Records, Expected> {
    let value = if text.starts_with('{') { text.to_owned() } else { format!("{text:?}") };
    let file = format!("[data]\npath = \"text\"\nrecords = {value}\n");
    let config = RunConfig::from_toml(file.as_bytes());
    config.map(|config| config.data.records).map_err(|_| {
        Expected(text!(
            en: "expected none, line, blank-line, file or {{ regex = \"...\" }}",
            zh: "应为 none、line、blank-line、file 或 {{ regex = \"...\" }}"
        ))
    })
}

/// A whole number from `LEAST` to `MOST`.
pub(crate) fn whole<const LEAST: u64, const MOST: u64, T: TryFrom<u64>>(
    text: &str,
) -> Result<T, Expected> {
    let number = text.parse().ok().filter(|number| (LEAST..=MOST).contains(number));
    number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
        Expected(match MOST {
            u64::MAX => text!(
                en: "expected a whole number, {LEAST} or more",
                zh: "应为不小于 {LEAST} 的整数"
            ),
            _ => text!(
                en: "expected a whole number from {LEAST} to {MOST}",
                zh: "应为 {LEAST} 到 {MOST} 之间的整数"
            ),
        })
    })
}

/// A number for which `holds`. `allowed` says which those are.
pub(crate) fn number(
    text: &str,
    allowed: impl FnOnce() -> Text,
    holds: impl Fn(f64) -> bool,
) -> Result<f64, Expected> {
    text.parse().ok().filter(|&value| holds(value)).ok_or_else(|| Expected(allowed()))
}

/// A number of bytes: `1000`, `10MB`, `2GiB` or `64k`.
pub(crate) fn bytes(text: &str) -> Result<u64, Expected> {
    let size: Result<ByteSize, _> = text.parse();
    size.map(|size| size.0).map_err(|_| {
        Expected(text!(
            en: "expected a number of bytes, such as 500000, 10MB or 2GiB",
            zh: "应为字节数，例如 500000、10MB 或 2GiB"
        ))
    })
}

/// A checkpoint of a run.
pub(crate) fn checkpoint(text: &str) -> Result<CheckpointSelector, Expected> {
    match (text, text.parse()) {
        ("best", _) => Ok(CheckpointSelector::Best),
        ("last", _) => Ok(CheckpointSelector::Last),
        (_, Ok(step)) => Ok(CheckpointSelector::Step(step)),
        _ => Err(Expected(text!(
            en: "expected best, last or a step number",
            zh: "应为 best、last 或步数"
        ))),
    }
}
