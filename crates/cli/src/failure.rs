//! Why a command fails: its exit code and its messages.

use crate::environment::NotUtf8;
use crate::messages::word;
use crate::messages::{self, devices, run, run_folder};
use crate::output::OutputError;
use crate::prompt::PromptProblem;
use charnn_config::{ConfigError, DeviceChoice, NotAConfig};
use charnn_data::DataError;
use charnn_infer::NoThreads;
use charnn_kernels::DeviceFault;
use charnn_kernels::device::DeviceError;
use charnn_message::{Describe, Message, Text, shown, text};
use charnn_train::{BadPrompt, PlanError, Purpose, RunError, SaveError, TooShort, TrainError};
use std::path::PathBuf;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    Config(ConfigError),
    /// Of `of` files.
    Configs {
        wrong: Vec<ConfigError>,
        of: usize,
    },
    UnknownKey {
        key: String,
        hint: Text,
    },
    Data(DataError),
    /// The text of a run that is to be resumed.
    TextGone {
        source: DataError,
        run: String,
    },
    TooShort(TooShort),
    Prompt(BadPrompt),
    Run(RunError),
    /// The name of a run that looks like a prompt.
    NoRunButPrompt {
        source: RunError,
        prompt: String,
    },
    NoThreads(NoThreads),
    Device(DeviceError),
    Fault(DeviceFault),
    Train(TrainError),
    Save(SaveError),
    /// With the exit code of the signal.
    Interrupted(u8),
    FixedKey {
        assignment: String,
        changeable: String,
    },
    EqualTexts {
        count: usize,
    },
    NotOnCpu {
        device: DeviceChoice,
    },
    /// `--overfit` did not get there.
    NotLearned {
        first: f64,
        last: f64,
        rounds: u64,
    },
    /// What `charnn doctor` found.
    Unwell {
        bad: usize,
    },
    NoLocks {
        path: PathBuf,
    },
    NothingKnown {
        prompt: String,
    },
    /// A list where a key takes one value.
    OneValue {
        key: String,
        values: Vec<String>,
    },
    /// An address where a file is expected.
    Url {
        url: String,
    },
    /// A run where a text is expected.
    IsRun {
        name: String,
    },
    /// Something that cannot stand beside texts.
    OneOnly {
        name: String,
    },
    NotUtf8(NotUtf8),
    BadPromptText(PromptProblem),
    Output(OutputError),
}

impl Failure {
    /// The exit code of the process; docs/cli.md lists them.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Output(OutputError::Closed) => 0,
            Self::NotLearned { .. } | Self::Unwell { .. } => 1,
            Self::EqualTexts { .. }
            | Self::FixedKey { .. }
            | Self::UnknownKey { .. }
            | Self::NotOnCpu { .. }
            | Self::OneValue { .. }
            | Self::Url { .. }
            | Self::OneOnly { .. }
            | Self::BadPromptText(_)
            | Self::NotUtf8(_) => 2,
            Self::Output(OutputError::Failed(_))
            | Self::NoLocks { .. }
            | Self::Config(ConfigError::Write { .. })
            | Self::Data(
                DataError::Cache { .. } | DataError::NoRoom { .. } | DataError::Output { .. },
            ) => 8,
            Self::Config(ConfigError::Exists { .. })
            | Self::Data(DataError::OutputExists { .. }) => 9,
            Self::Config(_) | Self::Configs { .. } | Self::Train(TrainError::Config(_)) => 3,
            Self::Data(_)
            | Self::TextGone { .. }
            | Self::TooShort(_)
            | Self::Prompt(_)
            | Self::NothingKnown { .. }
            | Self::IsRun { .. } => 4,
            Self::Run(error)
            | Self::NoRunButPrompt { source: error, .. }
            | Self::Train(TrainError::Run(error)) => of_run(error),
            Self::Save(error) | Self::Train(TrainError::Unsaved { source: error, .. }) => {
                match error {
                    SaveError::Run(error) => of_run(error),
                    SaveError::Tensor(_) => 6,
                }
            }
            Self::NoThreads(_)
            | Self::Device(_)
            | Self::Fault(_)
            | Self::Train(TrainError::Device { .. }) => 6,
            Self::Train(TrainError::Diverged { .. } | TrainError::WorseThanUniform { .. }) => 7,
            Self::Interrupted(code) => *code,
        }
    }

    /// What is wrong: usually one message, for configurations one for each problem.
    pub(crate) fn messages(&self) -> Vec<Message> {
        match self {
            Self::Config(error) | Self::Train(TrainError::Config(error)) => config(error),
            Self::Configs { wrong, of } => {
                let mut all: Vec<Message> = wrong.iter().flat_map(config).collect();
                if *of > 1 {
                    let wrong = wrong.len();
                    let count = text!(
                        en: "{wrong} of {of} files have problems",
                        zh: "{of} 个文件中有 {wrong} 个存在问题"
                    );
                    all.push(Message::new("config/files", count));
                }
                all
            }
            _ => vec![self.message()],
        }
    }

    fn message(&self) -> Message {
        match self {
            Self::Config(_) | Self::Configs { .. } => unreachable!("handled above"),
            Self::UnknownKey { key, hint } => Message::new(
                "config/unknown-key",
                text!(en: "unknown key or table {key:?}", zh: "未知的配置项或配置表“{key}”"),
            )
            .hint(hint.clone()),
            Self::Data(error) => {
                let message = messages::data::data(error);
                match download(error) {
                    Some(hint) => message.hint(hint),
                    None => message,
                }
            }
            Self::TextGone { source, run } => messages::data::data(source).hint(text!(
                en: "if the text has moved: `charnn resume {run} --set data.path=FILE`",
                zh: "如果文本换了位置：`charnn resume {run} --set data.path=FILE`"
            )),
            Self::TooShort(error) if error.purpose == Purpose::Evaluation => {
                error.describe().hint(text!(
                    en: "--data FILE evaluates on another text",
                    zh: "用 --data FILE 可以在另一个文本上评估"
                ))
            }
            Self::TooShort(error) => error.describe(),
            Self::Prompt(error) => error.describe(),
            Self::Run(error) => run_folder::error(error),
            Self::NoRunButPrompt { source, prompt } => run_folder::error(source).hint(text!(
                en: "if this is a prompt: `charnn generate RUN --prompt {}`",
                zh: "如果这是提示：`charnn generate RUN --prompt {}`",
                word(prompt)
            )),
            Self::NoThreads(error) => error.describe(),
            Self::Device(error) => devices::error(error),
            Self::Fault(fault) => fault.describe(),
            Self::Train(error) => run::train_error(error),
            Self::Save(error) => run::save_error(error),
            Self::Output(error) => error.describe(),
            Self::NotUtf8(error) => error.describe(),
            Self::BadPromptText(error) => error.describe(),
            _ => self.own(),
        }
    }

    /// The messages of the program itself.
    #[expect(clippy::too_many_lines, reason = "a message for each")]
    fn own(&self) -> Message {
        match self {
            Self::Interrupted(_) => Message::new(
                "run/interrupted",
                text!(en: "stopped early; progress is saved", zh: "提前停止，训练进度已保存"),
            ),
            Self::FixedKey { assignment, changeable } => Message::new(
                "run/fixed-key",
                text!(
                    en: "cannot set `{assignment}` when resuming a run",
                    zh: "继续训练时不能设置 `{assignment}`"
                ),
            )
            .hint(text!(
                en: "to train this network with other settings: `charnn train --init-from RUN`",
                zh: "要用其他设置继续训练这个网络：`charnn train --init-from RUN`"
            ))
            .hint(text!(
                en: "keys that can change: {changeable}",
                zh: "可以更改的配置项：{changeable}"
            )),
            Self::EqualTexts { count } => Message::new(
                "generate/equal-texts",
                text!(
                    en: "--count {count} would write the same text {count} times: --temperature 0, \
                         --greedy and --top-k 1 always take the likeliest character",
                    zh: "--count {count} 会生成 {count} 段相同的文本：--temperature 0、--greedy 和 \
                         --top-k 1 总是取概率最高的字符"
                ),
            )
            .hint(text!(
                en: "omit --count, or use a --temperature above 0",
                zh: "请去掉 --count，或使用大于 0 的 --temperature"
            )),
            Self::NotOnCpu { device } => Message::new(
                "generate/precision",
                text!(
                    en: "--precision bf16 works on the CPU only, not with --device {device}",
                    zh: "--precision bf16 只能在 CPU 上使用，不能与 --device {device} 同用"
                ),
            )
            .hint(text!(en: "omit one of them", zh: "请去掉其中一个")),
            Self::NotLearned { first, last, rounds } => Message::new(
                "train/not-overfit",
                text!(
                    en: "overfit check failed: loss {first:.3} to {last:.3} in {rounds} rounds",
                    zh: "过拟合检查未通过：{rounds} 轮内损失从 {first:.3} 变为 {last:.3}"
                ),
            )
            .hint(text!(
                en: "try another train.learning_rate, a larger model.hidden_size, or fewer batches",
                zh: "请尝试其他 train.learning_rate、更大的 model.hidden_size，或更少的批次"
            )),
            Self::Unwell { bad } => Message::new(
                "doctor/failed",
                match bad {
                    1 => text!(en: "1 check failed", zh: "有 1 项检查未通过"),
                    _ => text!(en: "{bad} checks failed", zh: "有 {bad} 项检查未通过"),
                },
            )
            .hint(text!(
                en: "the lines marked `fail` say what to do",
                zh: "标有“失败”的各行说明了解决办法"
            )),
            Self::NoLocks { path } => Message::new(
                "run/no-locks",
                text!(
                    en: "the file system of {} has no file locks: two processes could write to one run",
                    zh: "{} 所在的文件系统没有文件锁，两个进程可能同时写入同一个训练记录",
                    shown(path)
                ),
            )
            .hint(text!(en: "train on a local disk", zh: "请在本地磁盘上训练")),
            Self::NothingKnown { prompt } => Message::new(
                "generate/unknown-prompt",
                text!(
                    en: ("the network knows no character of the prompt {prompt:?}"),
                    zh: ("网络不认识提示“{}”中的任何字符", prompt.escape_debug())
                ),
            )
            .hint(text!(en: "use another --prompt", zh: "请换一个 --prompt")),
            Self::OneValue { key, values } => {
                let (english, chinese) = (values.join(", "), values.join("、"));
                let list = values.join(" ");
                Message::new(
                    "config/one-value",
                    text!(
                        en: ("{key} takes one value, not {english}"),
                        zh: ("{key} 只能取一个值，不能是 {chinese}")
                    ),
                )
                .hint(text!(
                    en: "for a run with each: `for value in {list}; do charnn train ... --set \
                         {key}=$value; done`",
                    zh: "要分别训练：`for value in {list}; do charnn train ... --set {key}=$value; done`"
                ))
            }
            Self::Url { url } => {
                let file = url.rsplit('/').next().filter(|name| !name.is_empty());
                let file = word(file.unwrap_or("text.txt"));
                Message::new(
                    "text/url",
                    text!(
                        en: "{url} is a URL; charnn reads only files",
                        zh: "{url} 是网址，charnn 只能读取文件"
                    ),
                )
                .hint(text!(
                    en: "download it first: `curl -L -o {file} {}`",
                    zh: "请先下载：`curl -L -o {file} {}`",
                    word(url)
                ))
            }
            Self::IsRun { name } => Message::new(
                "train/is-a-run",
                text!(
                    en: "{name} is a run, not a text file",
                    zh: "{name} 是训练记录，不是文本文件"
                ),
            )
            .hint(text!(
                en: "to continue it: `charnn resume {name}`",
                zh: "要继续训练：`charnn resume {name}`"
            )),
            Self::OneOnly { name } => Message::new(
                "train/one-source",
                text!(
                    en: "{name} cannot be combined with other texts",
                    zh: "{name} 不能与其他文本一起使用"
                ),
            )
            .hint(text!(
                en: "use one configuration, or `-`, or any number of texts, folders and patterns",
                zh: "请只给一个配置文件，或只给 `-`，或给若干文本、文件夹和通配符"
            )),
            _ => unreachable!("libraries describe their own errors"),
        }
    }
}

/// The messages of a configuration, with what to type.
fn config(error: &ConfigError) -> Vec<Message> {
    let mut messages = error.messages();
    let hint = match error {
        ConfigError::Exists { .. } => Some(text!(
            en: "add --force to replace it",
            zh: "加上 --force 可以覆盖它"
        )),
        ConfigError::Read { near, .. } if near.is_empty() => Some(text!(
            en: "`charnn init --data TEXT` writes a configuration",
            zh: "`charnn init --data TEXT` 可以生成配置文件"
        )),
        ConfigError::NotAConfig { what: NotAConfig::NotToml, path } => Some(text!(
            en: "if {} is a text: `charnn train --set data.path=FILE`",
            zh: "如果 {} 是文本：`charnn train --set data.path=FILE`",
            shown(path)
        )),
        _ => None,
    };
    if let (Some(message), Some(hint)) = (messages.first_mut(), hint) {
        message.hints.push(hint);
    }
    messages
}

/// Where to get a text that a shipped configuration names and that is missing.
fn download(error: &DataError) -> Option<Text> {
    const DOWNLOADED: &str = "tinyshakespeare.txt";
    let DataError::Read { path, .. } = error else { return None };
    path.ends_with(DOWNLOADED).then(|| {
        text!(
            en: "`scripts/fetch-data.sh` of the source repository downloads it to data/{DOWNLOADED}",
            zh: "源码仓库中的 `scripts/fetch-data.sh` 会把它下载到 data/{DOWNLOADED}"
        )
    })
}

fn of_run(error: &RunError) -> u8 {
    match error {
        RunError::OtherText { .. } => 4,
        RunError::NotFound { .. }
        | RunError::Damaged { .. }
        | RunError::Newer { .. }
        | RunError::NoCheckpoint { .. }
        | RunError::Read { .. }
        | RunError::NoSuchStep { .. } => 5,
        RunError::Create { .. }
        | RunError::Write { .. }
        | RunError::NoLocks { .. }
        | RunError::Replaced { .. } => 8,
        RunError::Exists { .. } | RunError::Locked { .. } => 9,
    }
}

macro_rules! from {
    ($($error:ty => $variant:ident),* $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })*
    };
}

from! {
    ConfigError => Config, DataError => Data, TooShort => TooShort, BadPrompt => Prompt,
    RunError => Run, NoThreads => NoThreads, DeviceError => Device, DeviceFault => Fault, TrainError => Train,
    SaveError => Save, NotUtf8 => NotUtf8, OutputError => Output, PromptProblem => BadPromptText,
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Config(error) => error.into(),
            PlanError::Data(error) => error.into(),
            PlanError::TooShort(error) => error.into(),
            PlanError::Prompt(error) => error.into(),
        }
    }
}
