//! The weights of a network as a safetensors file.

use crate::CharLm;
use crate::parameters::map_parameters;
use crate::tensor_file::TensorError;
use burn::tensor::{Device, Tensor};
use charnn_bundle::{Bundle, TensorError as HostError, from_safetensors, to_safetensors};

impl CharLm {
    /// The network of `bundle` on `device`.
    pub fn from_bundle(bundle: &Bundle, device: &Device) -> Self {
        let empty = Self::zeros(&bundle.architecture().into(), bundle.vocabulary().len(), device);
        let device = device.clone().without_autodiff();
        map_parameters(empty, |parameter| {
            let values = bundle.tensor(&parameter.name);
            let values = values.expect("a bundle has all tensors of its architecture");
            Tensor::<1>::from_floats(values, &device)
        })
    }

    /// The weights as a safetensors file, f32 little-endian, named as in [`crate::Parameter`].
    ///
    /// # Errors
    /// When a weight is not finite, or the device is lost.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, TensorError> {
        Ok(to_safetensors(&self.host_tensors()?)?)
    }

    /// This network with the weights of a safetensors file.
    ///
    /// # Errors
    /// When the file is damaged or its tensors are not exactly those of this network.
    pub fn with_safetensors(self, bytes: &[u8]) -> Result<Self, TensorError> {
        let mut tensors = from_safetensors(bytes)?;
        let mut problem = None;
        let device = self.device().without_autodiff();
        let model = map_parameters(self, |parameter| {
            let found = tensors.remove(&parameter.name);
            let found = found.ok_or_else(|| HostError::Missing(parameter.name.clone()));
            match found.and_then(|tensor| tensor.shaped(&parameter.shape)) {
                Ok(values) => Tensor::<1>::from_floats(&values[..], &device),
                Err(error) => {
                    problem.get_or_insert(error);
                    parameter.value
                }
            }
        });
        match (problem, tensors.into_keys().next()) {
            (Some(error), _) => Err(error.into()),
            (None, Some(name)) => Err(HostError::Unknown(name).into()),
            (None, None) => Ok(model),
        }
    }
}
