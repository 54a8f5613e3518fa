//! The explanation of a character fits on narrow terminals, and no symbol acts on a terminal or a page.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_bundle::{
    Architecture, Bundle, Cell, HostTensor, Provenance, Purpose, Seed, Vocabulary,
};
use charnn_infer::{Engine, Explanation, Passage, Question, explain};
use charnn_message::Language;
use charnn_report::{Explained, explain_page, explain_text};
use rand::Rng as _;
use unicode_width::UnicodeWidthStr as _;

const SYMBOLS: &str = "ab<\n\"书\u{1b}\u{202e}`";

#[expect(clippy::cast_possible_truncation, reason = "random weights may be rounded")]
fn network(cell: Cell, num_layers: usize) -> Bundle {
    let architecture = Architecture {
        cell,
        embedding_dim: 4,
        hidden_size: 120,
        num_layers,
        tie_weights: false,
        layer_norm: false,
    };
    let vocabulary = Vocabulary::of_characters(SYMBOLS.chars(), false).unwrap();
    let mut rng = Seed(9).rng(Purpose::Weights, 0);
    let tensors = architecture.tensors(vocabulary.len()).map(|(name, shape)| {
        let mut tensor = HostTensor::zeros(name, shape);
        tensor
            .values
            .fill_with(|| (f64::from(rng.next_u32()) / f64::from(u32::MAX) * 2.0 - 1.0) as f32);
        tensor
    });
    Bundle::new(architecture, vocabulary, tensors.collect(), Provenance::default()).unwrap()
}

/// Calls `check` with an explanation after `text` for every cell.
fn for_all(text: &str, check: impl Fn(&Explained<'_>, Cell, Language)) {
    for cell in Cell::ALL {
        for layers in [1, 2] {
            let bundle = network(cell, layers);
            let vocabulary = bundle.vocabulary();
            let ids = vocabulary.encode(text).unwrap();
            let question = Question { target: vocabulary.id('<'), ..Question::default() };
            let passage = Passage { context: &ids[..2], text: &ids[2..] };
            let why: Explanation = explain(&bundle, &Engine::new(&bundle), passage, question);
            let text: String = text.chars().skip(2).collect();
            let view = Explained { name: "<b>tale", vocabulary, layers, text: &text, why: &why };
            for language in [Language::English, Language::Chinese] {
                check(&view, cell, language);
            }
        }
    }
}

#[test]
fn text_fits_the_terminal_and_holds_no_control_character() {
    let text = SYMBOLS.repeat(9);
    for_all(&text, |view, cell, language| {
        for width in [40, 80] {
            let shown = explain_text(view, width, false, language);
            for line in shown.lines() {
                assert!(line.width() <= width, "{cell}, {} columns: {line}", line.width());
            }
            assert!(shown.lines().count() > 80, "{shown}");
            assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
            for word in ["\"<\"", "\"\\n\"", "\"\\\"\"", "\"书\"", "\"\\u{1b}\""] {
                assert!(shown.contains(word), "no {word} in {shown}");
            }
            for gate in cell.gate_names() {
                assert!(shown.contains(&format!("\n   {gate} ")), "no gate {gate} in {shown}");
            }
        }
        let plain = explain_text(view, 80, true, Language::English);
        assert!(plain.replace('书', "").is_ascii(), "{plain}");
        assert!(plain.lines().all(|line| line.width() <= 80), "{plain}");
    });
}

#[test]
fn the_page_loads_nothing_and_shows_every_part() {
    for_all(&SYMBOLS.repeat(3), |view, cell, language| {
        let page = explain_page(view, language);
        assert_eq!(page, explain_page(view, language));
        assert!(page.contains("&lt;b&gt;tale") && !page.contains("<b>tale"));
        assert!(!page.contains(['\u{1b}', '\u{202e}']));
        for word in ["http://", "https://", "src=", "url("] {
            assert!(!page.contains(word), "the page has {word}");
        }
        for id in ["characters", "units", "gates"] {
            assert!(page.contains(&format!("<section id=\"{id}\">")), "no {id}");
        }
        for gate in cell.gate_names() {
            assert!(page.contains(&format!("<code>{gate}</code>")), "no gate {gate} of {cell}");
        }
        assert_eq!(page.matches("class=\"bar\"").count(), 22, "20 units, the others, the bias");
    });
}
