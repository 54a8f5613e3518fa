//! The messages of run folders, with the commands and flags that help.

use super::word;
use charnn_message::{Describe, Message, shown, text};
use charnn_runs::{NotARun, RunError, RunWarning};

/// The message of an error, with hints.
pub(crate) fn error(error: &RunError) -> Message {
    let message = error.describe();
    match error {
        RunError::NotFound { instead: NotARun::PartOf { run }, .. } => message.hint(text!(
            en: "to use one of its checkpoints: `charnn generate {} --checkpoint STEP`",
            zh: "要使用其中某个检查点：`charnn generate {} --checkpoint STEP`",
            shown(run)
        )),
        RunError::NotFound { instead: NotARun::Network, name, .. } => message.hint(text!(
            en: "or train the network further: `charnn train TEXT --init-from {}`",
            zh: "或继续训练这个网络：`charnn train TEXT --init-from {}`",
            word(name)
        )),
        RunError::NotFound { known, .. } if known.is_empty() => message.hint(
            text!(en: "train a network first: `charnn train`", zh: "请先训练网络：`charnn train`"),
        ),
        RunError::Create { .. } => message.hint(text!(
            en: "to choose another folder: `--set run.root=FOLDER`",
            zh: "要换一个文件夹：`--set run.root=FOLDER`"
        )),
        RunError::Exists { path } => message.hint(text!(
            en: "choose another --name, or continue it: `charnn resume {}`",
            zh: "请换一个 --name，或继续训练：`charnn resume {}`",
            shown(path)
        )),
        RunError::Locked { .. } => message.hint(text!(
            en: "to start another run: `charnn train --name NAME`",
            zh: "要开始另一个训练：`charnn train --name NAME`"
        )),
        RunError::Write { .. } => message.hint(text!(
            en: "or copy the run to another folder and resume it there",
            zh: "或把训练记录复制到其他文件夹，在那里继续训练"
        )),
        RunError::OtherText { run, .. } => message.hint(text!(
            en: "to train its network on this text: `charnn train TEXT --init-from {}`",
            zh: "要用这个文本继续训练该网络：`charnn train TEXT --init-from {}`",
            shown(run)
        )),
        _ => message,
    }
}

/// The message of a warning, with hints.
pub(crate) fn warning(warning: &RunWarning) -> Message {
    let message = warning.describe();
    match warning {
        RunWarning::EditedConfig { .. } => message.hint(text!(
            en: "to change a setting: `charnn resume RUN --set KEY=VALUE`, or train a new run",
            zh: "要更改设置：`charnn resume RUN --set KEY=VALUE`，或重新训练"
        )),
        _ => message,
    }
}

/// The warning about a run that a command leaves as it is.
pub(crate) fn left_alone(error: &RunError) -> Message {
    let mut message = error.describe();
    message.message = text!(
        en: ("skipping a run: {}", message.message.english),
        zh: ("跳过一个训练记录：{}", message.message.chinese),
    );
    message
}
