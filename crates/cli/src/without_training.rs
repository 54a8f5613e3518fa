//! What stands in the place of `training` in a build without it: commands that say so, and the CPU as the
//! only device.

use crate::args::config::InitArguments;
use crate::args::sweep::SweepArguments;
use crate::args::{BenchArguments, DevicesArguments, ResumeArguments, TrainArguments};
use crate::events::{cpu, line};
use crate::failure;
use crate::messages::doctor::{Finding, Tell};
use crate::messages::inspection::Outlook;
use crate::messages::{devices, tabulated};
use crate::output::data;
use crate::terminal::Terminal;
use charnn_bundle::Bundle;
use charnn_config::{DeviceChoice, TrainConfig};
use charnn_data::Section;
use charnn_infer::{Ending, Loss, Piece, Request};
use charnn_message::{Describe, Message, Text, text};
use charnn_text::{ReadOptions, Records, Source};
use serde_json::{Value, json};
use std::ops::{ControlFlow, Range};

/// Whether this program can train.
pub(crate) const IS_BUILT: bool = false;

/// The program was built without training.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command needs it.
    Command(&'static str),
    /// The device needs it.
    Device(DeviceChoice),
}

impl Failure {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Command(_) => 2,
            Self::Device(_) => 6,
        }
    }

    #[expect(clippy::unused_self, reason = "with training, it depends")]
    pub(crate) fn is_interruption(&self) -> bool {
        false
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        let message = match self {
            Self::Command(command) => Message::new(
                "usage/without-training",
                text!(
                    en: "this charnn was built without training: `charnn {command}` is not available",
                    zh: "这个 charnn 编译时没有包含训练功能，不能使用 `charnn {command}`"
                ),
            ),
            Self::Device(device) => Message::new(
                "device/without-training",
                text!(
                    en: "this charnn was built without training and computes on the CPU only, not with \
                         --device {device}",
                    zh: "这个 charnn 编译时没有包含训练功能，只能在 CPU 上计算，不能使用 --device {device}"
                ),
            )
            .hint(text!(en: "use `--device cpu`", zh: "请使用 `--device cpu`")),
        };
        vec![message.hint(text!(
            en: "install the full program from a checkout: `cargo install --locked --path crates/cli`",
            zh: "在源码目录中安装完整的程序：`cargo install --locked --path crates/cli`"
        ))]
    }
}

pub(crate) fn train(_: &TrainArguments, _: &Terminal) -> Result<(), failure::Failure> {
    Err(Failure::Command("train").into())
}

pub(crate) fn resume(_: &ResumeArguments, _: &Terminal) -> Result<(), failure::Failure> {
    Err(Failure::Command("resume").into())
}

pub(crate) fn sweep(_: &SweepArguments, _: &Terminal) -> Result<(), failure::Failure> {
    Err(Failure::Command("sweep").into())
}

pub(crate) fn init(_: &InitArguments, _: &Terminal) -> Result<(), failure::Failure> {
    Err(Failure::Command("init").into())
}

pub(crate) fn bench(_: &BenchArguments, _: &Terminal) -> Result<(), failure::Failure> {
    Err(Failure::Command("bench").into())
}

pub(crate) fn devices(
    arguments: &DevicesArguments,
    terminal: &Terminal,
) -> Result<(), failure::Failure> {
    if arguments.bench {
        return Err(Failure::Command("devices --bench").into());
    }
    let why = text!(en: "built without training", zh: "编译时没有包含训练功能");
    if arguments.json {
        let auto = json!({ "device": cpu(), "why": why.english });
        let found = json!({ "cpu": cpu(), "adapters": [], "no_gpu": null, "auto": auto });
        return Ok(data(&line(found))?);
    }
    data(&tabulated(&[("cpu", devices::cpu())], terminal.language))?;
    let Text { english, chinese } = devices::cpu();
    let auto = text!(
        en: ("\n`--device auto` uses {english} ({})\n", why.english),
        zh: ("\n`--device auto` 使用 {chinese}（{}）\n", why.chinese),
    );
    Ok(data(terminal.text(&auto))?)
}

/// What `charnn doctor` says beyond the machine and the terminal.
pub(crate) fn checks(tell: Tell<'_>) -> Result<(), failure::Failure> {
    let cpu = match charnn_infer::start_threads() {
        Ok(()) => Finding::Ok(devices::cpu()),
        Err(error) => Finding::Fail(error.describe().message),
    };
    tell(Text::verbatim("CPU"), cpu)?;
    let missing = text!(
        en: "not in this build: it generates and evaluates on the CPU",
        zh: "这个版本不包含，只在 CPU 上生成和评估"
    );
    tell(text!(en: "training", zh: "训练"), Finding::Ok(missing))
}

/// What training would do with a text: unknown here.
pub(crate) fn outlook(
    _: &Source,
    _: u64,
    _: &ReadOptions,
    _: &Records,
) -> Option<Result<Outlook, failure::Failure>> {
    None
}

/// A device other than the CPU. This build has none, so the type has no values.
pub(crate) enum Device {}

/// The CPU, or an error.
pub(crate) fn device(choice: DeviceChoice) -> Result<Option<Device>, failure::Failure> {
    match choice {
        DeviceChoice::Auto | DeviceChoice::Cpu => Ok(None),
        other => Err(Failure::Device(other).into()),
    }
}

impl Device {
    pub(crate) fn name(&self) -> Text {
        match *self {}
    }

    pub(crate) fn json(&self) -> Value {
        match *self {}
    }

    pub(crate) fn evaluate(
        &self,
        _: &Bundle,
        _: &TrainConfig,
        _: Section<'_>,
    ) -> Result<Loss, failure::Failure> {
        match *self {}
    }

    pub(crate) fn write_texts(
        &self,
        _: &Bundle,
        _: &Request,
        _: Range<u64>,
        _: &Ending,
        _: &mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, failure::Failure> {
        match *self {}
    }
}
