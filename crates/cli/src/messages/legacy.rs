//! Messages of error types that do not implement `Describe` yet: their English as it is, and the
//! Chinese from `chinese`.

use crate::language::{Spoken, in_chinese};
use crate::messages::run_folder;
use charnn_kernels::device::DeviceError;
use charnn_message::{Describe, Message, Text, text};
use charnn_train::{SaveError, TrainError, Warning};

fn text(it: &impl Spoken) -> Text {
    Text { english: it.to_string(), chinese: in_chinese(it) }
}

pub(crate) fn device(error: &DeviceError) -> Message {
    let message = error.describe();
    match error {
        DeviceError::NoGpu(_) | DeviceError::NoSoftware(_) => message
            .hint(text!(
                en: "list the available devices: `charnn devices`",
                zh: "查看有哪些设备：`charnn devices`"
            ))
            .hint(text!(en: "use the CPU: `--device cpu`", zh: "改用 CPU：`--device cpu`")),
        DeviceError::NoThreads(_) | DeviceError::NotBuilt { .. } => message,
    }
}

pub(crate) fn train(error: &TrainError) -> Message {
    match error {
        TrainError::Run(error) => run_folder::error(error),
        error => Message::new("train/error", text(error)),
    }
}

pub(crate) fn save(error: &SaveError) -> Message {
    match error {
        SaveError::Run(error) => run_folder::error(error),
        error => Message::new("run/save", text(error)),
    }
}

pub(crate) fn warning(warning: &Warning) -> Message {
    match warning {
        Warning::Run(warning) => run_folder::warning(warning),
        warning => Message::new("warning", text(warning)),
    }
}
