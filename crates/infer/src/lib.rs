//! Runs a trained network on the CPU: generates text, scores text, and gives access to hidden states.
//!
//! | item | purpose |
//! |---|---|
//! | [`Bundle`] | a trained network: architecture, vocabulary and weights |
//! | [`Engine`] | a bundle packed for the CPU; cheap to clone, shared between threads |
//! | [`Engine::write`], [`Engine::stream`] | one text, whole or symbol by symbol |
//! | [`Generator`], [`write_texts`] | many texts side by side |
//! | [`write_records`] | many records, each to its end |
//! | [`Batch`], [`Newcomer`] | texts of different requests that come and go while others are written |
//! | [`Ending`] | where a text ends: a length, a string, a number of lines |
//! | [`write_scored`], [`most_probable`] | texts with the network's own judgement; the most probable ones |
//! | [`Loop`] | a text that repeats itself at its end |
//! | [`NoveltyMeter`] | passages that texts share with the training text |
//! | [`Engine::score`], [`Engine::evaluate`] | the loss of a given text |
//! | [`State`] | a text read so far: logits, hidden state, gates; its clones are forks |
//! | [`LinearProbe`] | how well a hidden state tells something about the text |
//! | [`explain()`] | which units, weights and earlier symbols lead to the next symbol |
//! | [`Sampling`], [`sampler`] | how the next symbol is chosen |
//!
//! The crate opens no file, does not link burn, builds in seconds and compiles for WebAssembly. Symbols are
//! characters, or other units ([`Unit`]), and a text is a sequence of their ids; [`Vocabulary`] converts between the two.
//!
//! # Load a network
//!
//! [`Bundle::from_bytes`] reads the bytes of a bundle file, as in the examples below. The crate `charnn-runs`
//! reads the run folders that `charnn train` writes:
//!
//! ```ignore
//! use charnn_runs::{CheckpointSelector, RunDir};
//!
//! let run = RunDir::find("latest", Path::new("runs"))?;
//! let (_, bundle) = run.load(CheckpointSelector::Best, &mut |warning| eprintln!("{warning}"))?;
//! let engine = Engine::new(&bundle);
//! let file = bundle.to_bytes()?; // one file, to embed or to send: novel.charnn.safetensors
//! ```
//!
//! # Generate a text
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
//! [`Prompt`] converts a text to ids. For a short prompt it also gives a context: a passage of the training
//! text that the network reads first, so that it does not start from a state that it never saw in training.
//!
//! [`Engine::stream`] yields one symbol at a time. [`Generator`] generates many texts side by side, which is
//! several times faster per text; [`write_texts`] passes them on in order, in constant memory. Text number `i`
//! of a request is always the same, to the last bit, whatever other texts are generated.
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
//! # Inspect hidden states
//!
//! A [`State`] is the network after some symbols of a text. It gives the logits, and the hidden state, the cell
//! state and the gates of every layer. A clone is a fork: both read on independently.
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
//! # Write a sampler
//!
//! A [`Sampler`] removes candidates or changes their logits, and sees the symbols before them. A [`Chain`]
//! applies several samplers in order.
//!
//! `examples/` has complete programs: `embed`, `stream`, `score` and `fork`.

mod best;
mod candidates;
mod engine;
mod explain;
mod generate;
mod novelty;
mod probe;
mod prompt;
mod reader;
pub mod sampler;
mod sampling;
mod score;
mod search;
mod state;
mod text;
mod threads;
mod writing;

pub use best::{Scored, best, loss, write_scored};
pub use candidates::Candidates;
pub use charnn_bundle::{Bundle, Decoder, Lengths, OnUnknown, Seed, Unit, Vocabulary};
pub use charnn_cpu::{NoThreads, Precision, start_threads, threads};
pub use engine::{Engine, primer_ids};
pub use explain::{
    Explanation, GateDetail, Origin, Passage, Question, Source, SymbolEffect, UnitDetail,
    UnitEffect, explain,
};
pub use generate::{Generator, Request};
pub use novelty::{Novelty, NoveltyMeter};
pub use probe::{LinearFit, LinearProbe};
pub use prompt::{Prompt, PromptError};
pub use reader::{Reader, Rows};
pub use sampler::{Chain, Past, Sampler};
pub use sampling::{Overrides, Sampling};
pub use score::{Bits, GuessNumbers, LineScorer, Loss, Surprise, evaluation_rows};
pub use search::{Found, Probable, most_probable};
pub use state::State;
pub use text::Text;
pub use writing::batch::{Batch, Newcomer};
pub use writing::ending::{EndFinder, Ending};
pub use writing::loops::Loop;
pub use writing::records::{Record, write_records};
pub use writing::texts::{Piece, write_texts, write_texts_with};
