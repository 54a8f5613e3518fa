//! The network in host memory: as a bundle, which runs on the CPU without burn, and as its tensors.

use crate::parameters::{map_parameters, visit_parameters};
use crate::{CharLm, TensorError, host_tensor, init};
use burn::tensor::{Device, Tensor};
use charnn_bundle::{Bundle, BundleError, HostTensor, Provenance, Vocabulary};

impl CharLm {
    /// The network of `bundle` on `device`.
    pub fn from_bundle(bundle: &Bundle, device: &Device) -> Self {
        let empty = init::char_lm(bundle.architecture(), bundle.vocabulary().len(), None, device);
        let device = device.clone().without_autodiff();
        map_parameters(empty, |parameter| {
            let values = bundle.tensor(&parameter.name);
            let values = values.expect("a bundle has all tensors of its architecture");
            Tensor::<1>::from_floats(values, &device)
        })
    }

    /// The weights in host memory, in the order of [`charnn_bundle::Architecture::tensors`].
    ///
    /// # Errors
    /// When their device does not return them.
    pub fn host_tensors(&self) -> Result<Vec<HostTensor>, TensorError> {
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
        tensors
    }

    /// The network in a form that runs on the CPU without burn.
    ///
    /// # Errors
    /// When the device does not return the weights, or a weight is not finite.
    ///
    /// # Panics
    /// When the vocabulary has another size than the network's.
    pub fn bundle(&self, vocabulary: &Vocabulary) -> Result<Bundle, TensorError> {
        assert_eq!(vocabulary.len(), self.vocabulary_size(), "symbols of the vocabulary");
        let architecture = self.architecture();
        let tensors = self.host_tensors()?;
        let bundle = Bundle::new(architecture, vocabulary.clone(), tensors, Provenance::default());
        bundle.map_err(|error| match error {
            BundleError::Tensor(error) => TensorError::Host(error),
            error => unreachable!("a network has a possible architecture: {error}"),
        })
    }
}
