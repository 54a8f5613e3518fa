//! Everything that can go wrong, with its exit code.

use crate::usage::word;
use crate::{events, output};
use charnn_data::DataError;
use charnn_kernels::DeviceFault;
use charnn_kernels::device::{DeviceChoice, DeviceError};
use charnn_train::{
    BadPrompt, ConfigError, PlanError, Problem, RunError, SaveError, TooShort, TrainError,
};

/// A command that did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Of `of` files.
    #[error(
        "{}{}",
        wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\nerror: "),
        if *of > 1 { format!("\n\n{} of {of} files have problems", wrong.len()) } else { String::new() }
    )]
    Configs { wrong: Vec<ConfigError>, of: usize },
    #[error("there is no key or table {key:?}; {help}")]
    UnknownKey { key: String, help: String },
    #[error(transparent)]
    Data(#[from] DataError),
    /// The text of a run that is to go on.
    #[error("{source}\nIf the text has moved: charnn resume {run} --set data.path=FILE")]
    TextGone { source: DataError, run: String },
    #[error(transparent)]
    TooShort(#[from] TooShort),
    #[error(transparent)]
    Prompt(#[from] BadPrompt),
    #[error(transparent)]
    Run(#[from] RunError),
    /// Words that no run is called by, and that a text may begin with.
    #[error(
        "{source}\nIf the text is to begin with this: charnn generate RUN --prompt {}",
        word(prompt)
    )]
    NoRunButPrompt { source: RunError, prompt: String },
    #[error(transparent)]
    Device(#[from] DeviceError),
    #[error(transparent)]
    Fault(#[from] DeviceFault),
    #[error(transparent)]
    Train(TrainError),
    #[error(transparent)]
    Save(#[from] SaveError),
    /// With the exit code of the signal.
    #[error("stopped early; what was learned is kept")]
    Interrupted(u8),
    #[error(
        "--set {assignment} would make another run of it; resume can change {changeable}. To learn on \
         with other settings: charnn train --init-from RUN"
    )]
    FixedKey { assignment: String, changeable: String },
    #[error(
        "--count {count} would write the same text {count} times: with --temperature 0, --greedy or \
         --top-k 1 nothing is left to chance. Leave --count out, or give a --temperature above 0"
    )]
    EqualTexts { count: usize },
    #[error(
        "--precision bf16 is for text that the CPU writes, and --device {device} was asked for. Leave \
         one of them out"
    )]
    NotOnCpu { device: DeviceChoice },
    #[error(
        "not learned by heart: {figures}. Try another train.learning_rate, a larger model.hidden_size, \
         or fewer batches"
    )]
    NotLearned { figures: String },
    #[error("{bad} of these {}; {} what to do", if *bad == 1 { "is bad" } else { "are bad" }, if *bad == 1 { "its line says" } else { "their lines say" })]
    Unwell { bad: usize },
    #[error(
        "two processes could write to one run in {path}: the file system has no locks. Train on a \
         local disk"
    )]
    NoLocks { path: String },
    #[error("the network knows no character of the prompt {prompt:?}; give it another --prompt")]
    NothingKnown { prompt: String },
    /// In place of a text.
    #[error("{name} is a run, not a text file; go on with it: charnn resume {name}")]
    IsRun { name: String },
    /// Among several texts.
    #[error(
        "{name} cannot stand beside texts; give one configuration, or - alone, or texts, folders of texts \
         and patterns"
    )]
    OneOnly { name: String },
    #[error(
        "one of these names is not UTF-8 or holds a brace or a comma; rename it, or put the texts into a \
         folder and name that"
    )]
    NoPattern,
    #[error("{what} is not UTF-8, and a configuration, which is, could not hold it; {remedy}")]
    NotUtf8 { what: String, remedy: String },
    #[error("cannot write to standard output: {0}; send it to where there is room")]
    Output(std::io::Error),
    #[error("standard output was closed")]
    ClosedPipe,
}

impl Failure {
    /// The process's exit code; README.md lists them.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::ClosedPipe => 0,
            Self::NotLearned { .. } | Self::Unwell { .. } => 1,
            Self::EqualTexts { .. }
            | Self::FixedKey { .. }
            | Self::UnknownKey { .. }
            | Self::NotOnCpu { .. }
            | Self::OneOnly { .. }
            | Self::NoPattern
            | Self::NotUtf8 { .. } => 2,
            Self::Output(_)
            | Self::NoLocks { .. }
            | Self::Config(ConfigError::Write { .. })
            | Self::Data(DataError::Cache { .. } | DataError::Output { .. }) => 8,
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
            Self::Device(_) | Self::Fault(_) | Self::Train(TrainError::Device { .. }) => 6,
            Self::Train(TrainError::Diverged { .. }) => 7,
            Self::Interrupted(code) => *code,
        }
    }

    /// Says it, to a person or to a program.
    pub(crate) fn tell(&self, json: bool) {
        match self {
            _ if json => output::say(&events::failed(self)),
            Self::Interrupted(_) => output::note(self),
            _ => output::error(self),
        }
    }

    /// Everything that is wrong with configurations, each by itself.
    pub(crate) fn problems(&self) -> Vec<&Problem> {
        let wrong = match self {
            Self::Config(error) | Self::Train(TrainError::Config(error)) => {
                std::slice::from_ref(error)
            }
            Self::Configs { wrong, .. } => wrong,
            _ => &[],
        };
        let listed = wrong.iter().filter_map(|error| match error {
            ConfigError::Problems(problems) => Some(problems),
            _ => None,
        });
        listed.flatten().collect()
    }
}

fn of_run(error: &RunError) -> u8 {
    match error {
        RunError::OtherText { .. } => 4,
        RunError::NotFound { .. }
        | RunError::Damaged { .. }
        | RunError::Newer { .. }
        | RunError::NoSuchStep { .. } => 5,
        RunError::Create { .. } | RunError::Write { .. } => 8,
        RunError::Exists { .. } | RunError::Locked { .. } => 9,
    }
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

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        Self::Train(error)
    }
}
