//! The Python module `charnn._charnn`: trained networks without burn. `charnn/__init__.py` adds what is simpler in
//! Python: arrays, training and documentation.
//!
//! Arrays leave as bytes of little-endian numbers of four bytes with their shape.

use charnn_bundle::{Bundle, Cell};
use charnn_infer::{
    Decoder, Engine, Generator, OnUnknown, Overrides, Prompt, Request, Sampling, Seed, State, Text,
    start_threads,
};
use charnn_message::{Describe, Language};
use charnn_runs::{BuiltinNetwork, CheckpointSelector, RunDir, network_file, read_network};
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyUserWarning, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::ffi::CString;
use std::path::Path;

create_exception!(charnn, CharnnError, PyException);

/// The module.
#[pymodule]
fn _charnn(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("CharnnError", module.py().get_type::<CharnnError>())?;
    module.add_class::<Network>()?;
    module.add_class::<Texts>()?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}

/// The error for what went wrong, with its code.
fn failure(error: &impl Describe) -> PyErr {
    let message = error.describe();
    let hints = message.hints.iter().map(|hint| hint.english.as_str());
    let text = std::iter::once(message.message.english.as_str()).chain(hints);
    let error = CharnnError::new_err(text.collect::<Vec<_>>().join("\n  hint: "));
    Python::attach(|py| {
        let _ = error.value(py).setattr("code", message.code);
    });
    error
}

/// A trained network.
#[pyclass(frozen, module = "charnn")]
struct Network {
    engine: Engine,
    name: String,
    step: u64,
    /// How it samples unless the caller says otherwise.
    sampling: Sampling,
    /// See [`Request::window`].
    window: usize,
}

#[pymethods]
impl Network {
    /// A run by its name or folder, `latest`, a file or folder of `charnn export`, or `builtin:tales`.
    #[staticmethod]
    fn load(py: Python<'_>, name: &str, checkpoint: &str, runs: &str) -> PyResult<Self> {
        start_threads().map_err(|error| failure(&error))?;
        let selector = match checkpoint {
            "best" => CheckpointSelector::Best,
            "last" => CheckpointSelector::Last,
            step => CheckpointSelector::Step(step.parse().map_err(|_| {
                PyValueError::new_err(format!(
                    "checkpoint is {step:?}, but must be \"best\", \"last\" or a step"
                ))
            })?),
        };
        let sampling = Sampling { temperature: 0.7, ..Sampling::default() };
        let of_bundle = |bundle: &Bundle| Self {
            engine: Engine::new(bundle),
            name: name.to_owned(),
            step: bundle.provenance().step.unwrap_or(0),
            sampling,
            window: 0,
        };
        if let Some(network) = BuiltinNetwork::called(name) {
            return Ok(of_bundle(&network.bundle().map_err(|error| failure(&error))?));
        }
        if !RunDir::is_run(Path::new(name))
            && let Some(path) = network_file(name)
        {
            return Ok(of_bundle(&read_network(&path).map_err(|error| failure(&error))?));
        }
        let run = RunDir::find(name, Path::new(runs)).map_err(|error| failure(&error))?;
        let mut warnings = Vec::new();
        let loaded = run.load(selector, &mut |warning| warnings.push(warning.describe()));
        let (loaded, bundle) = loaded.map_err(|error| failure(&error))?;
        for warning in warnings {
            let text =
                CString::new(warning.message.in_language(Language::English)).unwrap_or_default();
            PyErr::warn(py, &py.get_type::<PyUserWarning>(), &text, 2)?;
        }
        let sample = &loaded.config.sample;
        let (temperature, top_k, top_p) = (sample.temperature, sample.top_k, sample.top_p);
        Ok(Self {
            engine: Engine::new(&bundle),
            name: run.name(),
            step: loaded.progress.step,
            sampling: Sampling { temperature, top_k, top_p, ..Sampling::default() },
            window: sample.window,
        })
    }

    /// The name of the run or file.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// The training step of the checkpoint.
    #[getter]
    fn step(&self) -> u64 {
        self.step
    }

    /// `rnn`, `gru`, `lstm` or `mingru`.
    #[getter]
    fn cell(&self) -> String {
        self.engine.architecture().cell.to_string()
    }

    #[getter]
    fn embedding_dim(&self) -> usize {
        self.engine.architecture().embedding_dim
    }

    #[getter]
    fn hidden_size(&self) -> usize {
        self.engine.architecture().hidden_size
    }

    #[getter]
    fn num_layers(&self) -> usize {
        self.engine.architecture().num_layers
    }

    /// The symbols in the order of their ids.
    #[getter]
    fn symbols(&self) -> Vec<String> {
        self.engine.vocabulary().symbols().map(str::to_owned).collect()
    }

    /// The texts number 0 to `count`, each with the prompt and `length` symbols after it.
    #[expect(clippy::needless_pass_by_value, reason = "pyo3 extracts it")]
    fn generate(
        &self,
        py: Python<'_>,
        prompt: &str,
        length: usize,
        count: u64,
        options: Options,
    ) -> PyResult<Vec<String>> {
        let (shown, request) = self.request(prompt, &options)?;
        let vocabulary = self.engine.vocabulary();
        let written = py.detach(|| Generator::new(&self.engine, &request, 0..count).write(length));
        let whole = |ids: Vec<u16>| {
            let inside = ids.iter().take_while(|&&id| vocabulary.record() != Some(id));
            format!("{shown}{}", vocabulary.decode(&inside.copied().collect::<Vec<_>>()))
        };
        Ok(written.into_iter().map(whole).collect())
    }

    /// The symbols after the prompt, without end.
    #[expect(clippy::needless_pass_by_value, reason = "pyo3 extracts it")]
    fn stream(&self, prompt: &str, options: Options) -> PyResult<Texts> {
        let (_, request) = self.request(prompt, &options)?;
        let generator = Generator::new(&self.engine, &request, [0]);
        let (engine, decoder) = (self.engine.clone(), Decoder::default());
        Ok(Texts { engine, generator, decoder, is_over: false })
    }

    /// The losses of all symbols of a text but the first, in nats, as bytes.
    fn score<'py>(
        &self,
        py: Python<'py>,
        text: &str,
        on_unknown: &str,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let ids = self.ids(text, on_unknown)?;
        let losses = py.detach(|| {
            let losses = self.engine.losses(Text::from(&ids[..]), &|| false);
            losses.unwrap_or_default()
        });
        Ok(numbers(py, losses.get(1..).unwrap_or_default()))
    }

    /// The logits after a text, `[V]`, as bytes.
    fn logits<'py>(
        &self,
        py: Python<'py>,
        text: &str,
        on_unknown: &str,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let ids = self.ids(text, on_unknown)?;
        let logits = py.detach(|| {
            let mut state = self.engine.start();
            state.read(&ids);
            state.logits().to_vec()
        });
        Ok(numbers(py, &logits))
    }

    /// What a layer does along a text: `h`, `c` and the gates, each `[T, H]`, by name, as bytes.
    fn states<'py>(
        &self,
        py: Python<'py>,
        text: &str,
        layer: usize,
        on_unknown: &str,
    ) -> PyResult<Vec<(String, Bound<'py, PyBytes>)>> {
        let architecture = self.engine.architecture();
        if layer >= architecture.num_layers {
            let layers = architecture.num_layers;
            return Err(PyValueError::new_err(format!(
                "layer is {layer}, but the network has {layers}, from 0 on"
            )));
        }
        let ids = self.ids(text, on_unknown)?;
        let recorded = py.detach(|| record(&self.engine, &ids, layer));
        Ok(recorded.into_iter().map(|(name, values)| (name, numbers(py, &values))).collect())
    }
}

impl Network {
    /// The prompt as it is shown, and the request.
    fn request(&self, prompt: &str, options: &Options) -> PyResult<(String, Request)> {
        let vocabulary = self.engine.vocabulary();
        let Options { sampling, seed, on_unknown } = *options;
        let chain = self.sampling.with(&sampling).chain(vocabulary);
        let prompt = Prompt::new(vocabulary, prompt, on_unknown, self.engine.primer(), self.window)
            .map_err(|error| failure(&error))?;
        let seed = Seed(seed.unwrap_or_else(random));
        let Prompt { text, ids, context, .. } = prompt;
        Ok((text, Request { context, prompt: ids, window: self.window, chain, seed }))
    }

    fn ids(&self, text: &str, on_unknown: &str) -> PyResult<Vec<u16>> {
        let ids = self.engine.vocabulary().encode_with(text, unknown(on_unknown)?);
        ids.map_err(|error| failure(&error))
    }
}

/// A seed that differs from call to call.
fn random() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(0)
}

fn unknown(name: &str) -> PyResult<OnUnknown> {
    match name {
        "error" => Ok(OnUnknown::Error),
        "skip" => Ok(OnUnknown::Skip),
        "unk" => Ok(OnUnknown::Unknown),
        _ => Err(PyValueError::new_err(format!(
            "on_unknown is {name:?}, but must be \"error\", \"skip\" or \"unk\""
        ))),
    }
}

fn numbers<'py>(py: Python<'py>, values: &[f32]) -> Bound<'py, PyBytes> {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    PyBytes::new(py, &bytes)
}

/// The hidden state, the cell state and the gates of a layer after each symbol.
fn record(engine: &Engine, ids: &[u16], layer: usize) -> Vec<(String, Vec<f32>)> {
    let cell = engine.architecture().cell;
    let gates = if cell == Cell::Rnn { &[][..] } else { cell.gate_names() };
    let mut state: State = engine.start();
    state.record_gates();
    let mut recorded = vec![("h".to_owned(), Vec::new())];
    if state.cell(layer).is_some() {
        recorded.push(("c".to_owned(), Vec::new()));
    }
    let first_gate = recorded.len();
    recorded.extend(gates.iter().map(|gate| ((*gate).to_owned(), Vec::new())));
    for &id in ids {
        state.read(&[id]);
        recorded[0].1.extend_from_slice(state.hidden(layer));
        if let Some(cell) = state.cell(layer) {
            recorded[1].1.extend_from_slice(cell);
        }
        for (at, gate) in gates.iter().enumerate() {
            recorded[first_gate + at]
                .1
                .extend_from_slice(state.gate(layer, gate).unwrap_or_default());
        }
    }
    recorded
}

/// How a text is written. The caller gives a dictionary with every key; None stands for the value of the run.
struct Options {
    sampling: Overrides,
    seed: Option<u64>,
    on_unknown: OnUnknown,
}

impl<'a, 'py> FromPyObject<'a, 'py> for Options {
    type Error = PyErr;

    fn extract(settings: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        fn value<'py, T>(settings: &Bound<'py, PyAny>, name: &str) -> PyResult<Option<T>>
        where
            T: for<'b> FromPyObject<'b, 'py, Error = PyErr>,
        {
            let value = settings.get_item(name)?;
            if value.is_none() { Ok(None) } else { value.extract().map(Some) }
        }
        let share = |name: &str, from: f64, to: f64| -> PyResult<Option<f64>> {
            match value::<f64>(&settings, name)? {
                Some(value) if !(from..=to).contains(&value) => Err(PyValueError::new_err(
                    format!("{name} is {value}, but must be between {from} and {to}"),
                )),
                value => Ok(value),
            }
        };
        #[expect(clippy::cast_possible_truncation, reason = "a penalty needs no more digits")]
        let single = |name: &str, from: f64, to: f64| -> PyResult<Option<f32>> {
            Ok(share(name, from, to)?.map(|value| value as f32))
        };
        let sampling = Overrides {
            greedy: value(&settings, "greedy")?.unwrap_or(false),
            temperature: share("temperature", 0.0, 100.0)?,
            top_k: value(&settings, "top_k")?,
            top_p: share("top_p", 0.0, 1.0)?,
            min_p: share("min_p", 0.0, 1.0)?,
            typical: share("typical", 0.0, 1.0)?,
            repetition_penalty: single("repetition_penalty", 1e-3, 1e3)?,
            presence_penalty: single("presence_penalty", -1e3, 1e3)?,
            frequency_penalty: single("frequency_penalty", -1e3, 1e3)?,
            penalty_window: value(&settings, "penalty_window")?,
            no_repeat: value(&settings, "no_repeat")?,
        };
        let on_unknown: String = settings.get_item("on_unknown")?.extract()?;
        Ok(Self { sampling, seed: value(&settings, "seed")?, on_unknown: unknown(&on_unknown)? })
    }
}

/// The symbols of an endless text.
#[pyclass(module = "charnn")]
struct Texts {
    engine: Engine,
    generator: Generator,
    /// Symbols as text: of bytes, a piece may be empty.
    decoder: Decoder,
    is_over: bool,
}

#[pymethods]
impl Texts {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> Option<String> {
        if self.is_over {
            return None;
        }
        let id = py.detach(|| self.generator.write(1))[0][0];
        let vocabulary = self.engine.vocabulary();
        if vocabulary.record() == Some(id) {
            self.is_over = true;
            return None;
        }
        Some(self.decoder.push(vocabulary, id).to_owned())
    }
}
