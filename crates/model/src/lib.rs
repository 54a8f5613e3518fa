//! The network: Embedding → recurrent layers → Dense, and what it can do with characters.
//!
//! Owns: [`CharLm`] and its initial weights, its state, the loss, and the weights as bytes and as a
//! bundle, which `charnn_infer` runs. Never opens a file, never chooses a device, knows
//! nothing of optimizers or configuration files. The letters of shapes are those of
//! [`charnn_kernels`].

mod bundle;
mod char_lm;
mod dropout;
mod extend_vocabulary;
mod init;
mod layer;
mod loss;
mod parameters;
mod reader;
mod state;
mod tensor_file;

pub use char_lm::CharLm;
pub use charnn_infer::Loss;
pub use dropout::{Dropout, DropoutRates};
pub use parameters::{Parameter, gradients, map_parameters, visit_parameters};
pub use reader::DeviceReader;
pub use state::ModelState;
pub use tensor_file::{TensorError, host_tensor};
