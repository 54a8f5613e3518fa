//! Weights as bytes in the safetensors format, which nothing but numbers can hide in.

use crate::CharLm;
use crate::parameters::{map_parameters, visit_parameters};
use burn::tensor::{Tensor, TensorData};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};

/// Weights that do not fit the network they are meant for.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// Not a safetensors file, or a damaged one.
    #[error("the weights are damaged: {0}")]
    Damaged(#[from] SafeTensorError),
    /// A tensor that the network needs is absent.
    #[error("the weights hold no tensor {0:?}; they belong to another network")]
    Missing(String),
    /// A tensor that the network does not know is present.
    #[error("the weights hold a tensor {0:?} that the network does not have")]
    Unknown(String),
    /// A tensor holds NaN or infinity.
    #[error("tensor {0:?} holds numbers that are not finite")]
    NotFinite(String),
    /// A tensor has another shape or number format.
    #[error("tensor {name:?} is {found}, but the network needs f32 {expected:?}")]
    Shape {
        /// Which tensor.
        name: String,
        /// What the file says.
        found: String,
        /// What the configuration asks for.
        expected: Vec<usize>,
    },
}

impl CharLm {
    /// The weights as a safetensors file, f32 little-endian, named as in [`crate::Parameter`].
    pub fn to_safetensors(&self) -> Vec<u8> {
        let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
        visit_parameters(self, |parameter| {
            let values: Vec<f32> = read(parameter.value);
            let bytes = values.into_iter().flat_map(f32::to_le_bytes).collect();
            tensors.push((parameter.name, parameter.shape, bytes));
        });
        let views = tensors.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
            (name, view.expect("as many bytes as the shape holds"))
        });
        safetensors::serialize(views, None).expect("names and shapes fit in a header")
    }

    /// This network with the weights of a safetensors file.
    ///
    /// # Errors
    /// When the file is damaged or its tensors are not exactly those of this network.
    pub fn with_safetensors(self, bytes: &[u8]) -> Result<Self, WeightsError> {
        let file = SafeTensors::deserialize(bytes)?;
        let mut problem = None;
        let mut known = Vec::new();
        let device = self.device().without_autodiff();
        let model = map_parameters(self, |parameter| {
            known.push(parameter.name.clone());
            match tensor(&file, &parameter.name, &parameter.shape) {
                Ok(values) => {
                    Tensor::from_data(TensorData::new(values, parameter.value.dims()), &device)
                }
                Err(error) => {
                    problem.get_or_insert(error);
                    parameter.value
                }
            }
        });
        let stranger =
            file.names().into_iter().find(|name| !known.iter().any(|known| known == name));
        match (problem, stranger) {
            (Some(error), _) => Err(error),
            (None, Some(name)) => Err(WeightsError::Unknown(name.to_owned())),
            (None, None) => Ok(model),
        }
    }
}

fn tensor(file: &SafeTensors<'_>, name: &str, shape: &[usize]) -> Result<Vec<f32>, WeightsError> {
    let view = file.tensor(name).map_err(|_| WeightsError::Missing(name.to_owned()))?;
    if view.dtype() != Dtype::F32 || view.shape() != shape {
        let found = format!("{:?} {:?}", view.dtype(), view.shape());
        return Err(WeightsError::Shape { name: name.to_owned(), found, expected: shape.to_vec() });
    }
    let (numbers, _) = view.data().as_chunks();
    let values: Vec<f32> = numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    if values.iter().all(|value| value.is_finite()) {
        Ok(values)
    } else {
        Err(WeightsError::NotFinite(name.to_owned()))
    }
}

/// Copies a tensor to the host.
pub(crate) fn read(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("weights and logits are f32")
}
