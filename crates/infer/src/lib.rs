//! Running a trained network on the CPU: writing texts, scoring texts, and looking inside.
//!
//! Owns: [`Engine`] (a packed network), the chain of [`sampler`]s, [`Generator`] and [`write_texts`],
//! [`State`] with its probes, and [`Loss`]. Opens no file and links no burn; builds in seconds and compiles
//! for WebAssembly.
//!
//! # Write a text
//!
//! ```
//! use charnn_infer::{Bundle, Engine, Prompt, Request, Sampling, Seed};
//!
//! # let bytes: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/tales.charnn.safetensors"));
//! let engine = Engine::new(&Bundle::from_bytes(bytes)?);
//! let prompt = Prompt::of(&engine, "Once upon")?;
//! let request = Request {
//!     context: prompt.context,
//!     prompt: prompt.ids,
//!     window: 0,
//!     chain: Sampling { temperature: 0.5, ..Sampling::default() }.chain(engine.vocabulary()),
//!     seed: Seed(7),
//! };
//! println!("{}{}", prompt.text, engine.write(&request, 200));
//! # assert_eq!(engine.write(&request, 7), " the wi");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Engine::stream`] yields one symbol at a time. [`Generator`] writes many texts side by side, which is
//! several times faster per text; [`write_texts`] hands them out in order and in constant memory. Text
//! number `i` of a request is always the same, to the last bit.
//!
//! # Score a text
//!
//! ```
//! # use charnn_infer::{Bundle, Engine, Text};
//! # let bytes: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/tales.charnn.safetensors"));
//! # let engine = Engine::new(&Bundle::from_bytes(bytes)?);
//! let ids = engine.vocabulary().encode("Once upon a time")?;
//! let losses = engine.score(&ids); // -ln p of every symbol but the first
//! let loss = engine.evaluate(Text::from(&ids[..]), &|| false).expect("nothing stops it");
//! assert_eq!(loss.characters, 15);
//! assert!((loss.sum - losses.iter().copied().map(f64::from).sum::<f64>()).abs() < 1e-3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Look inside
//!
//! A [`State`] is a text read so far. It gives the hidden state, the cell state and the gates of every
//! layer, and a clone of it is a fork.
//!
//! ```
//! # use charnn_infer::{Bundle, Engine};
//! # let bytes: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/tales.charnn.safetensors"));
//! # let engine = Engine::new(&Bundle::from_bytes(bytes)?);
//! let mut state = engine.start();
//! state.record_gates();
//! state.read(&engine.vocabulary().encode("Once upon a tim")?);
//! let e = usize::from(engine.vocabulary().id('e').expect("a common letter"));
//! assert!(state.probabilities()[e] > 0.9);
//! let update_gate = state.gate(0, "z").expect("the network is a GRU");
//! assert!(update_gate.iter().all(|z| (0.0..=1.0).contains(z)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Choose symbols your own way
//!
//! A [`sampler::Sampler`] removes candidates or changes their logits, and sees what was written before.
//! [`sampler::Chain`] applies several in order.
//!
//! The programs in `examples/` show all of this in full.

mod candidates;
mod engine;
mod generate;
mod prompt;
mod reader;
pub mod sampler;
mod sampling;
mod score;
mod state;
mod text;
mod texts;
mod threads;

pub use candidates::Candidates;
pub use charnn_bundle::{Bundle, OnUnknown, Seed, Vocabulary};
pub use charnn_cpu::{NoThreads, Precision, start_threads, threads};
pub use engine::{Engine, primer_ids};
pub use generate::{Generator, Request};
pub use prompt::{Prompt, PromptError};
pub use reader::{Reader, Rows};
pub use sampler::{Chain, Past, Sampler};
pub use sampling::{Overrides, Sampling};
pub use score::{Loss, evaluation_rows};
pub use state::State;
pub use text::Text;
pub use texts::{Piece, write_texts, write_texts_with};
