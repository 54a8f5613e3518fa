//! Messages of error types that do not implement `Describe` yet: their English as it is, and the
//! Chinese from `chinese`.

use crate::language::{Spoken, in_chinese};
use charnn_kernels::DeviceFault;
use charnn_kernels::device::DeviceError;
use charnn_message::{Message, Text};
use charnn_train::{RunError, SaveError, TrainError, Warning};

fn text(it: &impl Spoken) -> Text {
    Text { english: it.to_string(), chinese: in_chinese(it) }
}

pub(crate) fn run(error: &RunError) -> Message {
    Message::new("run/error", text(error))
}

pub(crate) fn device(error: &DeviceError) -> Message {
    Message::new("device/error", text(error))
}

pub(crate) fn fault(fault: &DeviceFault) -> Message {
    Message::new("device/fault", text(fault))
}

pub(crate) fn train(error: &TrainError) -> Message {
    Message::new("train/error", text(error))
}

pub(crate) fn save(error: &SaveError) -> Message {
    Message::new("run/save", text(error))
}

pub(crate) fn warning(warning: &Warning) -> Message {
    Message::new("warning", text(warning))
}
