//! The weights of a network as a safetensors file.

use crate::CharLm;
use crate::parameters::map_parameters;
use crate::tensor_file::TensorError;
use burn::tensor::Tensor;
use charnn_bundle::{
    TensorError as HostError, from_safetensors, metadata, to_safetensors, to_safetensors_with,
};

/// The key of the primer in the metadata.
const PRIMER: &str = "primer";

/// The primer in a file of weights; empty where there is none, as in those of earlier versions.
pub fn primer_of(weights: &[u8]) -> String {
    metadata(weights, PRIMER).unwrap_or_default()
}

impl CharLm {
    /// The weights as a safetensors file, f32 little-endian, named as in [`crate::Parameter`].
    ///
    /// # Errors
    /// When a weight is not finite, or the device is lost.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, TensorError> {
        Ok(to_safetensors(&self.host_tensors()?)?)
    }

    /// The same file with a primer in its metadata, see [`charnn_bundle::Bundle::with_primer`].
    ///
    /// # Errors
    /// As [`CharLm::to_safetensors`].
    pub fn to_safetensors_with_primer(&self, primer: &str) -> Result<Vec<u8>, TensorError> {
        Ok(to_safetensors_with(&self.host_tensors()?, PRIMER, primer)?)
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
