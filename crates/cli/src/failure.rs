//! Why a command fails: its exit code and its messages.

use crate::commands::explain::ExplainProblem;
use crate::commands::generate::RuleProblem;
use crate::commands::runs::Problem;
use crate::environment::NotUtf8;
use crate::escapes::UnknownEscape;
use crate::exit_code::{of_config, of_data, of_run};
use crate::messages::config::messages as config;
use crate::messages::play::PlayProblem;
use crate::messages::{self, run_folder, word};
use crate::output::OutputError;
use crate::serve_problem;
use crate::training;
use charnn_config::{ConfigError, DeviceChoice};
use charnn_data::{DataError, NeededFor, TooShort};
use charnn_exchange::ExchangeError;
use charnn_infer::{NoThreads, PromptError};
use charnn_message::{Describe, Message, Text, text};
use charnn_runs::{LabelsError, NetworkFileError, RunError};
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
    TooShort(TooShort),
    Run(RunError),
    /// The name of a run that looks like a prompt.
    NoRunButPrompt {
        source: RunError,
        prompt: String,
    },
    NetworkFile(NetworkFileError),
    /// A network that cannot be exported or imported.
    Exchange {
        path: PathBuf,
        source: ExchangeError,
    },
    /// A network file has no validation text.
    NoText {
        name: String,
    },
    /// A run without a test text.
    NoTestText {
        name: String,
    },
    NoThreads(NoThreads),
    /// Of commands and devices that a build without training lacks.
    Training(training::Failure),
    EqualTexts {
        flag: &'static str,
        count: u64,
    },
    /// Characters that no text can have, or must have.
    Rules(RuleProblem),
    Explain(ExplainProblem),
    Play(PlayProblem),
    /// A flag that works on the CPU only.
    NotOnCpu {
        flag: &'static str,
        device: DeviceChoice,
    },
    /// A file that would be replaced, and that charnn did not write.
    NotAPage {
        path: PathBuf,
    },
    /// What `charnn doctor` found.
    Unwell {
        bad: usize,
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
    Escape(UnknownEscape),
    Runs(Problem),
    Serve(serve_problem::Problem),
    Output(OutputError),
}

impl Failure {
    /// The exit code of the process; docs/cli.md lists them.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Output(OutputError::Closed) => 0,
            Self::Unwell { .. } => 1,
            Self::EqualTexts { .. }
            | Self::UnknownKey { .. }
            | Self::NotOnCpu { .. }
            | Self::NoText { .. }
            | Self::NoTestText { .. }
            | Self::Rules(_)
            | Self::Explain(_)
            | Self::Play(_)
            | Self::OneValue { .. }
            | Self::Url { .. }
            | Self::OneOnly { .. }
            | Self::Escape(_)
            | Self::NotUtf8(_) => 2,
            Self::Output(OutputError::Failed(_)) => 8,
            Self::Config(error) => of_config(error),
            Self::Configs { .. } => 3,
            Self::Data(error) => of_data(error),
            Self::NotAPage { .. } => 9,
            Self::TooShort(_) | Self::NothingKnown { .. } | Self::IsRun { .. } => 4,
            Self::Run(error) | Self::NoRunButPrompt { source: error, .. } => of_run(error),
            Self::NetworkFile(_) | Self::Exchange { .. } => 5,
            Self::NoThreads(_) => 6,
            Self::Training(failure) => failure.exit_code(),
            Self::Runs(problem) => problem.exit_code(),
            Self::Serve(problem) => serve_problem::exit_code(problem),
        }
    }

    /// Whether the user stopped the command: no error to them.
    pub(crate) fn is_interruption(&self) -> bool {
        matches!(self, Self::Training(failure) if failure.is_interruption())
    }

    /// What is wrong: usually one message, for configurations one for each problem.
    pub(crate) fn messages(&self) -> Vec<Message> {
        match self {
            Self::Config(error) => config(error),
            Self::Training(failure) => failure.messages(),
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
            Self::Config(_) | Self::Configs { .. } | Self::Training(_) => {
                unreachable!("handled above")
            }
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
            Self::TooShort(error) if error.purpose == NeededFor::Evaluation => {
                error.describe().hint(text!(
                    en: "--data FILE evaluates on another text",
                    zh: "用 --data FILE 可以在另一个文本上评估"
                ))
            }
            Self::TooShort(error) => error.describe(),
            Self::Run(error) => run_folder::error(error),
            Self::NoRunButPrompt { source, prompt } => run_folder::error(source).hint(text!(
                en: "if this is a prompt: `charnn generate RUN --prompt {}`",
                zh: "如果这是提示：`charnn generate RUN --prompt {}`",
                word(prompt)
            )),
            Self::NetworkFile(error) => messages::exchange::network_file(error),
            Self::Exchange { path, source } => messages::exchange::failed(path, source),
            Self::NotAPage { path } => messages::report::not_a_page(path),
            Self::NoThreads(error) => error.describe(),
            Self::Output(error) => error.describe(),
            Self::Rules(error) => error.describe(),
            Self::Explain(error) => error.describe(),
            Self::Play(error) => error.describe(),
            Self::NotUtf8(error) => error.describe(),
            Self::Escape(error) => error.describe(),
            Self::Runs(problem) => problem.describe(),
            Self::Serve(problem) => of_server(problem),
            _ => self.own(),
        }
    }

    /// The messages of the program itself.
    #[expect(clippy::too_many_lines, reason = "a message for each")]
    fn own(&self) -> Message {
        match self {
            Self::EqualTexts { flag, count } => Message::new(
                "generate/equal-texts",
                text!(
                    en: "{flag} {count} would write the same text {count} times: --temperature 0, \
                         --greedy and --top-k 1 always take the likeliest character",
                    zh: "{flag} {count} 会生成 {count} 段相同的文本：--temperature 0、--greedy 和 \
                         --top-k 1 总是取概率最高的字符"
                ),
            )
            .hint(text!(
                en: "omit {flag}, or use a --temperature above 0",
                zh: "请去掉 {flag}，或使用大于 0 的 --temperature"
            )),
            Self::NotOnCpu { flag, device } => Message::new(
                "generate/precision",
                text!(
                    en: "{flag} works on the CPU only, not with --device {device}",
                    zh: "{flag} 只能在 CPU 上使用，不能与 --device {device} 同用"
                ),
            )
            .hint(text!(en: "omit one of them", zh: "请去掉其中一个")),
            Self::NoText { name } => Message::new(
                "evaluate/no-text",
                text!(
                    en: "{name} is a network without its training text",
                    zh: "{name} 只包含网络，没有训练文本"
                ),
            )
            .hint(text!(en: "evaluate it on a text: --data FILE", zh: "请用 --data FILE 给出文本")),
            Self::NoTestText { name } => Message::new(
                "evaluate/no-test-text",
                text!(
                    en: "run {name} has no test text: its data.test_path is empty",
                    zh: "训练记录 {name} 没有测试文本：data.test_path 为空"
                ),
            )
            .hint(text!(
                en: "name one: --data FILE, or before training: --set data.test_path=FILE",
                zh: "请用 --data FILE 给出文本，或在训练前用 --set data.test_path=FILE 指定"
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
                Message::new(
                    "config/one-value",
                    text!(
                        en: ("{key} takes one value, not {english}"),
                        zh: ("{key} 只能取一个值，不能是 {chinese}")
                    ),
                )
                .hint(text!(
                    en: ("for a run with each: `charnn sweep ... --set '{key}=[{english}]'`"),
                    zh: ("每个取值各训练一次：`charnn sweep ... --set '{key}=[{english}]'`")
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

/// Why a server does not start, with the flag that helps.
fn of_server(problem: &serve_problem::Problem) -> Message {
    let mut message = problem.describe();
    if message.code == "serve/port-busy" {
        message.hints = vec![text!(
            en: "choose another --port, or omit it for one that is free",
            zh: "请换一个 --port，或去掉它以自动选择空闲端口"
        )];
    }
    message
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
    ConfigError => Config, DataError => Data, TooShort => TooShort, RunError => Run,
    NetworkFileError => NetworkFile, NoThreads => NoThreads, NotUtf8 => NotUtf8, OutputError => Output,
    UnknownEscape => Escape, Problem => Runs, RuleProblem => Rules, ExplainProblem => Explain, PlayProblem => Play, training::Failure => Training,
    serve_problem::Problem => Serve,
}

impl From<PromptError> for Failure {
    fn from(error: PromptError) -> Self {
        match error {
            PromptError::Unknown(error) => DataError::from(error).into(),
            PromptError::NothingKnown { prompt } => Self::NothingKnown { prompt },
        }
    }
}

impl From<LabelsError> for Failure {
    fn from(error: LabelsError) -> Self {
        Self::Runs(Problem::Labels(error))
    }
}
