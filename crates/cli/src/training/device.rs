//! Devices that run a trained network through burn.

use crate::failure::Failure;
use crate::training::messages::devices;
use crate::training::report;
use charnn_bundle::Bundle;
use charnn_config::{DeviceChoice, TrainConfig};
use charnn_data::Section;
use charnn_infer::{Ending, Generator, Loss, Piece, Request, write_texts_with};
use charnn_kernels::device::{DeviceName, Opened, open};
use charnn_message::Text;
use charnn_model::{CharLm, DeviceReader};
use charnn_train::{device_choice, evaluate};
use serde_json::Value;
use std::ops::{ControlFlow, Range};

/// A device for tensors of burn.
pub(crate) struct Device(Opened);

/// The device of `choice`; `None` for the CPU, which runs a trained network without burn.
///
/// # Errors
/// When the device cannot be used.
pub(crate) fn device(choice: DeviceChoice) -> Result<Option<Device>, Failure> {
    if choice == DeviceChoice::Cpu {
        return Ok(None);
    }
    let opened = open(device_choice(choice))?;
    let is_cpu = choice == DeviceChoice::Auto && matches!(opened.name, DeviceName::Cpu(_));
    Ok((!is_cpu).then_some(Device(opened)))
}

impl Device {
    pub(crate) fn name(&self) -> Text {
        devices::name(&self.0.name)
    }

    pub(crate) fn json(&self) -> Value {
        report::device(&self.0.name)
    }

    /// The loss of a network on a text, measured as `train` says.
    pub(crate) fn evaluate(
        &self,
        bundle: &Bundle,
        train: &TrainConfig,
        text: Section<'_>,
    ) -> Result<Loss, Failure> {
        let model = CharLm::from_bundle(bundle, &self.0.device);
        Ok(evaluate(&model, train, text, &|| false)?.expect("nothing stops it"))
    }

    /// See [`charnn_infer::write_texts`].
    pub(crate) fn write_texts(
        &self,
        bundle: &Bundle,
        request: &Request,
        texts: Range<u64>,
        ending: &Ending,
        sink: &mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Failure> {
        let model = CharLm::from_bundle(bundle, &self.0.device);
        let generator = |texts: Range<u64>| {
            let rows = usize::try_from(texts.end - texts.start).expect("a few hundred");
            Generator::with_reader(DeviceReader::new(&model, rows), request, texts)
        };
        Ok(write_texts_with(generator, bundle.vocabulary(), texts, ending, sink)?)
    }
}
