//! Networks for and from other programs: what their files hold is the same numbers in another order.
//!
//! | | exports | imports |
//! |---|---|---|
//! | PyTorch | [`to_torch`] | [`from_torch`]: safetensors, or the zip form of `torch.save` |
//! | Keras | [`to_keras`] | [`from_keras`]: `.keras`, `.weights.h5`, and the weights of Keras 2 |
//! | ONNX | [`to_onnx`] | |
//! | Hugging Face Hub | [`to_hub`] | not needed: the folder holds a bundle |
//!
//! Everything here works on bytes in memory. Nothing in a foreign file is executed, and what is read is limited
//! by the size of the file.

mod archive;
mod error;
mod hub;
mod keras;
mod layout;
mod numbers;
mod onnx;
mod symbols;
mod torch;

pub use archive::ArchiveError;
pub use error::{ExchangeError, Program};
pub use hub::to_hub;
pub use keras::{KerasError, from_keras, to_keras};
pub use onnx::to_onnx;
pub use torch::{PickleError, from_torch, to_torch};
