//! The weights of a network as a safetensors file.

use crate::CharLm;
use crate::parameters::{map_parameters, visit_parameters};
use crate::tensor_file::{TensorError, host_tensor};
use burn::tensor::Tensor;
use charnn_bundle::{HostTensor, TensorError as HostError, from_safetensors, to_safetensors};

impl CharLm {
    /// The weights as a safetensors file, f32 little-endian, named as in [`crate::Parameter`].
    ///
    /// # Errors
    /// When a weight is not finite, or the device is lost.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, TensorError> {
        let mut tensors = Ok(Vec::new());
        visit_parameters(self, |parameter| {
            let read = host_tensor(parameter.name, parameter.value);
            let read = read.map(|tensor| HostTensor { shape: parameter.shape, ..tensor });
            match (&mut tensors, read) {
                (Ok(tensors), Ok(tensor)) => tensors.push(tensor),
                (Ok(_), Err(error)) => tensors = Err(error),
                (Err(_), _) => {}
            }
        });
        Ok(to_safetensors(&tensors?)?)
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
