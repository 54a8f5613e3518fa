//! Tensors of a device as tensors in host memory.

use burn::tensor::Tensor;
use charnn_bundle::HostTensor;
use charnn_message::{Describe, Message, display, text};

/// Tensors that cannot be read from a device, or do not belong to the network.
#[derive(Debug, thiserror::Error)]
pub enum TensorError {
    /// The tensors are not those of the network, or cannot be stored.
    Host(#[from] charnn_bundle::TensorError),
    /// The device does not return a tensor.
    Device {
        /// Which tensor.
        name: String,
        /// The device's own words.
        message: String,
    },
}

impl Describe for TensorError {
    fn describe(&self) -> Message {
        match self {
            Self::Host(error) => error.describe(),
            Self::Device { name, message } => Message::new(
                "tensor/device",
                text!(
                    en: "cannot read tensor {name:?} from the device: {message}",
                    zh: "无法从设备读取张量 {name}：{message}"
                ),
            ),
        }
    }
}

display!(TensorError);

/// Copies a tensor to the host.
///
/// # Shapes
/// Any, such as `[N]`; it is kept.
///
/// # Errors
/// When the device is lost.
pub fn host_tensor<const D: usize>(
    name: impl Into<String>,
    tensor: Tensor<D>,
) -> Result<HostTensor, TensorError> {
    let (name, shape) = (name.into(), tensor.dims().to_vec());
    let failed = |message: String| TensorError::Device { name: name.clone(), message };
    let data = tensor.try_into_data().map_err(|error| failed(error.to_string()))?;
    let values = data.try_into_vec().map_err(|error| failed(error.to_string()))?;
    Ok(HostTensor { name, shape, values })
}
