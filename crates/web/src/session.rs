//! What a page does with a network.

use charnn_infer::{
    Bundle, Engine, Generator, OnUnknown, Prompt, Request, Sampling, Seed, State, Vocabulary,
};
use charnn_message::{Describe, Language, Message, text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A network, the text that it writes, and a state that is fed by hand.
#[derive(Debug)]
pub struct Session {
    engine: Engine,
    state: State,
    writing: Option<Generator>,
}

/// How a text is written. Fields that are left out have the values of `charnn generate`, except that the seed is 0.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Settings {
    /// How the text begins. Characters that the network does not know are left out.
    pub prompt: String,
    /// Determines all random choices.
    pub seed: u64,
    /// See [`Sampling::temperature`].
    pub temperature: f64,
    /// See [`Sampling::top_k`].
    pub top_k: usize,
    /// See [`Sampling::top_p`].
    pub top_p: f64,
    /// See [`Sampling::min_p`].
    pub min_p: f64,
    /// See [`Sampling::typical`].
    pub typical: f64,
    /// See [`Sampling::repetition_penalty`].
    pub repetition_penalty: f32,
    /// See [`Sampling::presence_penalty`].
    pub presence_penalty: f32,
    /// See [`Sampling::frequency_penalty`].
    pub frequency_penalty: f32,
    /// See [`Sampling::penalty_window`].
    pub penalty_window: usize,
    /// See [`Sampling::no_repeat`].
    pub no_repeat: usize,
}

/// A symbol of the text, as the network judged it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Symbol {
    /// Its characters. Empty at the end of a record.
    pub text: String,
    /// Its probability before any sampler.
    pub probability: f32,
    /// The likeliest symbols in its place and their probabilities, from the likeliest on.
    pub alternatives: Vec<(String, f32)>,
}

/// What is wrong, in both languages.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// The code of the message.
    pub code: String,
    /// In English.
    pub message: String,
    /// In Chinese.
    pub chinese: String,
}

/// The beginning of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Beginning {
    /// The prompt as it is shown.
    pub text: String,
    /// The characters of the prompt that are left out.
    pub unknown: String,
}

impl Default for Settings {
    fn default() -> Self {
        let sampling = Sampling { temperature: 0.7, ..Sampling::default() };
        Self {
            prompt: String::new(),
            seed: 0,
            temperature: sampling.temperature,
            top_k: sampling.top_k,
            top_p: sampling.top_p,
            min_p: sampling.min_p,
            typical: sampling.typical,
            repetition_penalty: sampling.repetition_penalty,
            presence_penalty: sampling.presence_penalty,
            frequency_penalty: sampling.frequency_penalty,
            penalty_window: sampling.penalty_window,
            no_repeat: sampling.no_repeat,
        }
    }
}

impl Settings {
    fn sampling(&self) -> Result<Sampling, Problem> {
        let shares = [
            ("topP", self.top_p, 0.0..=1.0),
            ("minP", self.min_p, 0.0..=1.0),
            ("typical", self.typical, 0.0..=1.0),
            ("temperature", self.temperature, 0.0..=100.0),
            ("repetitionPenalty", f64::from(self.repetition_penalty), 1e-3..=1e3),
        ];
        if let Some((name, value, range)) =
            shares.iter().find(|(_, value, range)| !range.contains(value))
        {
            let (low, high) = (range.start(), range.end());
            return Err(Problem::from(&Message::new(
                "settings/range",
                text!(
                    en: "{name} is {value}, but must be between {low} and {high}",
                    zh: "{name} 为 {value}，应在 {low} 到 {high} 之间"
                ),
            )));
        }
        Ok(Sampling {
            temperature: self.temperature,
            top_k: self.top_k,
            top_p: self.top_p,
            min_p: self.min_p,
            typical: self.typical,
            repetition_penalty: self.repetition_penalty,
            presence_penalty: self.presence_penalty,
            frequency_penalty: self.frequency_penalty,
            penalty_window: self.penalty_window,
            no_repeat: self.no_repeat,
        })
    }
}

impl Session {
    /// The network in the bytes of a bundle file.
    ///
    /// # Errors
    /// When the bytes are no complete network.
    pub fn load(bytes: &[u8]) -> Result<Self, Problem> {
        let bundle = Bundle::from_bytes(bytes).map_err(|error| Problem::of(&error))?;
        let engine = Engine::new(&bundle);
        Ok(Self { state: engine.start(), engine, writing: None })
    }

    /// The cell, the sizes, and the symbols in the order of their ids.
    pub fn describe(&self) -> Value {
        let architecture = self.engine.architecture();
        let vocabulary = self.engine.vocabulary();
        json!({
            "cell": architecture.cell,
            "embeddingDim": architecture.embedding_dim,
            "hiddenSize": architecture.hidden_size,
            "numLayers": architecture.num_layers,
            "parameters": architecture.parameter_count(vocabulary.len()),
            "symbols": vocabulary.symbols().collect::<Vec<_>>(),
            "record": vocabulary.record(),
            "unknown": vocabulary.unknown(),
        })
    }

    /// Begins a text. It is text number 0 of `charnn generate` with the same settings, up to rounding.
    ///
    /// # Errors
    /// When a setting is out of range, or the network knows no character of the prompt.
    pub fn begin(&mut self, settings: &Settings) -> Result<Beginning, Problem> {
        let chain = settings.sampling()?.chain(self.engine.vocabulary());
        let prompt = Prompt::new(
            self.engine.vocabulary(),
            &settings.prompt,
            OnUnknown::Skip,
            self.engine.primer(),
            0,
        )
        .map_err(|error| Problem::of(&error))?;
        let Prompt { text, ids, context, unknown } = prompt;
        let request = Request { context, prompt: ids, window: 0, chain, seed: Seed(settings.seed) };
        self.writing = Some(Generator::new(&self.engine, &request, [0]));
        let text = text.chars().filter(|&character| !unknown.contains(character)).collect();
        Ok(Beginning { text, unknown })
    }

    /// The next `count` symbols of the text. The end of a record is U+001E.
    ///
    /// # Errors
    /// When no text was begun.
    pub fn write(&mut self, count: usize) -> Result<String, Problem> {
        let writing = self.writing.as_mut().ok_or_else(Problem::no_text)?;
        Ok(self.engine.vocabulary().decode(&writing.write(count)[0]))
    }

    /// The next `count` symbols of the text, each with its `most` likeliest alternatives.
    ///
    /// # Errors
    /// When no text was begun.
    pub fn write_judged(&mut self, count: usize, most: usize) -> Result<Vec<Symbol>, Problem> {
        let writing = self.writing.as_mut().ok_or_else(Problem::no_text)?;
        let vocabulary = self.engine.vocabulary();
        let judge = |logits: &[f32], id: u16| judge(vocabulary, logits, id, most);
        let written = writing.try_write_with(count, judge);
        Ok(written.unwrap_or_else(|never| match never {}).swap_remove(0))
    }

    /// Forgets what was fed.
    pub fn reset(&mut self) {
        self.state = self.engine.start();
    }

    /// Feeds a text and returns how many of its characters the network does not know; they are left out.
    pub fn feed(&mut self, text: &str) -> usize {
        let (ids, unknown) = self.known(text);
        self.state.read(&ids);
        unknown
    }

    /// The logits of what follows what was fed, `[V]`. Nothing is what the network knows before the first symbol.
    pub fn logits(&mut self) -> &[f32] {
        self.state.logits()
    }

    /// The hidden state of a layer after every known character of `text`, `[T, H]`, read from zeros.
    ///
    /// # Errors
    /// When there is no such layer.
    pub fn hidden_states(&self, text: &str, layer: usize) -> Result<Vec<f32>, Problem> {
        let layers = self.engine.architecture().num_layers;
        if layer >= layers {
            return Err(Problem::from(&Message::new(
                "settings/no-layer",
                text!(
                    en: "there is no layer {layer}; the network has {layers}, the first is 0",
                    zh: "没有第 {layer} 层；网络共 {layers} 层，从 0 开始编号"
                ),
            )));
        }
        let mut state = self.engine.start();
        let mut states = Vec::new();
        for id in self.known(text).0 {
            state.read(&[id]);
            states.extend_from_slice(state.hidden(layer));
        }
        Ok(states)
    }

    /// The symbols of `text` that the network knows, and how many characters it does not know.
    fn known(&self, text: &str) -> (Vec<u16>, usize) {
        let ids = self.engine.vocabulary().encode_with(text, OnUnknown::Skip).unwrap_or_default();
        let unknown = text.chars().count().saturating_sub(ids.len());
        (ids, unknown)
    }
}

/// The symbol `id`, chosen by `logits` `[V]`.
fn judge(vocabulary: &Vocabulary, logits: &[f32], id: u16, most: usize) -> Symbol {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - largest).exp()).sum();
    let probability = |at: usize| (logits[at] - largest).exp() / sum;
    let mut order: Vec<usize> = (0..logits.len()).collect();
    let most = most.min(order.len());
    let falling = |&a: &usize, &b: &usize| logits[b].total_cmp(&logits[a]).then(a.cmp(&b));
    if most < order.len() {
        order.select_nth_unstable_by(most, falling);
        order.truncate(most);
    }
    order.sort_by(falling);
    let shown = |at: usize| match u16::try_from(at) {
        Ok(id) if vocabulary.record() != Some(id) => vocabulary.symbol(id).to_owned(),
        _ => String::new(),
    };
    Symbol {
        text: shown(usize::from(id)),
        probability: probability(usize::from(id)),
        alternatives: order.into_iter().map(|at| (shown(at), probability(at))).collect(),
    }
}

impl Problem {
    fn of(error: &impl Describe) -> Self {
        Self::from(&error.describe())
    }

    /// No bundle was loaded.
    pub(crate) fn no_network() -> Self {
        let text = text!(en: "no network is loaded", zh: "尚未加载网络");
        Self::from(&Message::new("web/no-network", text))
    }

    fn no_text() -> Self {
        let text = text!(en: "no text has been begun", zh: "尚未开始生成文本");
        Self::from(&Message::new("web/no-text", text))
    }

    pub(crate) fn settings(error: &serde_json::Error) -> Self {
        let text = text!(en: "invalid settings: {error}", zh: "设置无效：{error}");
        Self::from(&Message::new("settings/invalid", text))
    }
}

impl From<&Message> for Problem {
    fn from(message: &Message) -> Self {
        let whole = message.in_full();
        Self {
            code: message.code.to_owned(),
            message: whole.in_language(Language::English).to_owned(),
            chinese: whole.in_language(Language::Chinese).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    const TALES: &[u8] = include_bytes!("../../infer/examples/tales.charnn.safetensors");

    fn settings(json: &str) -> Settings {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_text_is_the_one_of_the_engine() {
        let mut session = Session::load(TALES).unwrap();
        let settings = settings(r#"{"prompt": "Once upon", "temperature": 0.5, "seed": 7}"#);
        let engine = Engine::new(&Bundle::from_bytes(TALES).unwrap());
        let prompt = Prompt::of(&engine, "Once upon").unwrap();
        let chain = Sampling { temperature: 0.5, ..Sampling::default() }.chain(engine.vocabulary());
        let request = Request {
            context: prompt.context,
            prompt: prompt.ids,
            window: 0,
            chain,
            seed: Seed(7),
        };
        let expected = engine.write(&request, 60);

        session.begin(&settings).unwrap();
        let first = session.write(20).unwrap();
        let judged = session.write_judged(40, 3).unwrap();
        let rest: String = judged.iter().map(|symbol| symbol.text.as_str()).collect();
        assert_eq!(first + &rest, expected);
        for symbol in judged {
            let best = &symbol.alternatives;
            assert_eq!(best.len(), 3);
            assert!(best.is_sorted_by(|a, b| a.1 >= b.1) && best[0].1 >= symbol.probability);
            let own = best.iter().find(|(text, _)| *text == symbol.text);
            let same = own.is_none_or(|it| it.1.to_bits() == symbol.probability.to_bits());
            assert!(same, "{symbol:?}");
        }
    }

    #[test]
    fn what_is_fed_changes_the_logits_and_unknown_characters_are_counted() {
        let mut session = Session::load(TALES).unwrap();
        let before = session.logits().to_vec();
        assert_eq!(session.feed("Once 红楼"), 2);
        let after = session.logits().to_vec();
        assert_ne!(before, after);
        session.reset();
        assert_eq!(session.logits(), before);
        session.feed("Once ");
        assert_eq!(session.logits(), after);
    }

    #[test]
    fn hidden_states_are_those_of_a_state() {
        let session = Session::load(TALES).unwrap();
        let engine = Engine::new(&Bundle::from_bytes(TALES).unwrap());
        let mut state = engine.start();
        state.read(&engine.vocabulary().encode("Once").unwrap());
        let states = session.hidden_states("On红ce", 0).unwrap();
        assert_eq!(states.len(), 4 * engine.architecture().hidden_size);
        assert!(states.ends_with(state.hidden(0)));
        assert_eq!(session.hidden_states("Once", 1).unwrap_err().code, "settings/no-layer");
    }

    #[test]
    fn what_is_wrong_is_a_problem_in_both_languages() {
        let problem = Session::load(&TALES[..5000]).unwrap_err();
        assert_eq!(problem.code, "tensor/damaged");
        assert!(problem.message.is_ascii() && !problem.chinese.is_ascii());
        let mut session = Session::load(TALES).unwrap();
        assert_eq!(session.write(1).unwrap_err().code, "web/no-text");
        for (json, code) in [
            (r#"{"temperature": -1}"#, "settings/range"),
            (r#"{"topP": 1.5}"#, "settings/range"),
            (r#"{"repetitionPenalty": 0}"#, "settings/range"),
            (r#"{"prompt": "红"}"#, "prompt/nothing-known"),
        ] {
            assert_eq!(session.begin(&settings(json)).unwrap_err().code, code, "{json}");
        }
        assert!(serde_json::from_str::<Settings>(r#"{"temprature": 1}"#).is_err());
    }
}
