//! Units whose purpose is known are found, and a page is small and soon there.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_bundle::{
    Architecture, Bundle, Cell, HostTensor, Provenance, Purpose, Seed, Vocabulary,
};
use charnn_infer::Engine;
use charnn_message::Language;
use charnn_report::{
    Neurons, Quantity, Recording, Stage, Trace, features, neurons, probe, rank, saturation,
};
use rand::Rng as _;
use std::time::{Duration, Instant};

const SYMBOLS: &str = "abcdefghijklmnopqrstuvwxyz .,\n“”";
/// The unit that follows quotation marks.
const PLANTED: usize = 17;

/// A number from −1 to 1.
fn random(rng: &mut impl rand::Rng) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "random weights may be rounded")]
    {
        (f64::from(rng.next_u32()) / f64::from(u32::MAX) * 2.0 - 1.0) as f32
    }
}

fn network(cell: Cell, units: usize, change: impl Fn(&Vocabulary, &mut HostTensor)) -> Engine {
    let vocabulary = Vocabulary::of_characters(SYMBOLS.chars(), false).unwrap();
    let architecture = Architecture {
        cell,
        embedding_dim: vocabulary.len(),
        hidden_size: units,
        num_layers: 1,
        tie_weights: false,
        layer_norm: false,
    };
    let mut rng = Seed(3).rng(Purpose::Weights, 0);
    let tensors = architecture.tensors(vocabulary.len()).map(|(name, shape)| {
        let mut tensor = HostTensor::zeros(name, shape);
        let size = if tensor.name.ends_with("recurrent_kernel") {
            1.0 / (units as f32).sqrt()
        } else {
            1.0
        };
        tensor.values.fill_with(|| random(&mut rng) * size);
        change(&vocabulary, &mut tensor);
        tensor
    });
    let bundle =
        Bundle::new(architecture, vocabulary.clone(), tensors.collect(), Provenance::default());
    Engine::new(&bundle.unwrap())
}

/// A plain network of random units, one of which rises at “, falls at ” and otherwise keeps its value.
fn planted(units: usize) -> Engine {
    network(Cell::Rnn, units, |vocabulary, tensor| {
        let column =
            |values: &mut [f32], row: usize, value: f32| values[row * units + PLANTED] = value;
        match &*tensor.name {
            // One number for each symbol.
            "embedding" => {
                let size = vocabulary.len();
                for (at, value) in tensor.values.iter_mut().enumerate() {
                    *value = if at / size == at % size { 1.0 } else { 0.0 };
                }
            }
            "layers.0.kernel" => {
                for (character, id) in vocabulary.characters() {
                    let value = match character {
                        '“' => 6.0,
                        '”' => -6.0,
                        _ => 0.0,
                    };
                    column(&mut tensor.values, usize::from(id), value);
                }
            }
            "layers.0.recurrent_kernel" => {
                for row in 0..units {
                    column(&mut tensor.values, row, if row == PLANTED { 3.0 } else { 0.0 });
                }
            }
            "layers.0.bias" => tensor.values[PLANTED] = 0.0,
            _ => {}
        }
    })
}

/// A language of words, commas, sentences and quotations.
fn language(length: usize) -> String {
    let mut rng = Seed(5).rng(Purpose::Sample, 0);
    let mut below = |most: u32| rng.next_u32() % most;
    let mut text = String::new();
    let mut inside = false;
    while text.chars().count() < length {
        for _ in 0..=below(7) {
            text.push(char::from(b'a' + u8::try_from(below(26)).unwrap()));
        }
        match below(12) {
            0 => text.push_str(", "),
            1 => text.push_str(".\n"),
            2 => {
                text.push_str(if inside { "” " } else { " “" });
                inside = !inside;
            }
            _ => text.push(' '),
        }
    }
    text.chars().take(length).collect()
}

fn read(engine: &Engine, text: &str) -> Recording {
    Recording::of(engine, &engine.vocabulary().encode(text).unwrap())
}

#[test]
fn the_unit_that_follows_quotation_marks_ranks_first() {
    let recording = read(&planted(40), &language(3000));
    let features = features(&recording.symbols);
    let ranked = rank(&recording, &features, &probe(&recording, &features));
    assert_eq!(ranked.len(), 40);
    let best = ranked[0];
    assert_eq!((best.layer, best.unit, features[best.feature].id), (0, PLANTED, "quotes"));
    assert!(best.correlation > 0.95, "{best:?}");
    // A network without it has no such unit.
    let random = read(&network(Cell::Rnn, 40, |_, _| ()), &language(3000));
    let ranked = rank(&random, &features, &probe(&random, &features));
    assert!(
        ranked.iter().all(|it| features[it.feature].id != "quotes" || it.correlation.abs() < 0.7)
    );
}

#[test]
fn a_unit_that_alone_tells_something_ranks_before_those_that_tell_it_together() {
    // Unit 0 follows brackets alone, but not closely; units 1 to 4 follow quotation marks more closely, all alike.
    let symbols: Vec<String> = language(3000).replace(',', ")").chars().map(String::from).collect();
    let features = features(&symbols);
    let at = |id: &str| features.iter().position(|it| it.id == id).unwrap();
    let (alone, together) = (at("line-position"), at("quotes"));
    let mut rng = Seed(9).rng(Purpose::Sample, 0);
    let mut values = Vec::new();
    for place in 0..symbols.len() {
        let line = features[alone].values[place] / 100.0;
        values.push(line + 0.15 * random(&mut rng));
        for _ in 0..4 {
            values.push(features[together].values[place] * 0.5 + 0.02 * random(&mut rng));
        }
    }
    let trace = Trace { quantity: Quantity::Hidden, layer: 0, values };
    let recording =
        Recording { symbols, units: 5, traces: vec![trace], predictions: Vec::new(), loss: 0.0 };
    let probes = probe(&recording, &features);
    let ranked = rank(&recording, &features, &probes);
    assert_eq!((ranked[0].unit, ranked[0].feature), (0, alone), "{ranked:?}");
    assert!(ranked[0].part > 0.6 && ranked[1].part < 0.5, "{ranked:?}");
    // Without probes the correlation decides.
    let ranked = rank(&recording, &features, &[]);
    assert!(ranked[0].unit > 0 && ranked[0].feature == together, "{ranked:?}");
    assert!(ranked[0].correlation > ranked[4].correlation);
}

#[test]
fn what_a_unit_followed_at_earlier_checkpoints_is_shown() {
    let text = language(3000);
    let engine = planted(40);
    let ids = engine.vocabulary().encode(&text).unwrap();
    let recording = Recording::of(&engine, &ids);
    let features = features(&recording.symbols);
    let probes = probe(&recording, &features);
    let ranked = rank(&recording, &features, &probes);
    // Another network, in which the unit does nothing of the kind.
    let stages = [Stage::of(1000, &network(Cell::Rnn, 40, |_, _| ()), &ids)];
    assert_eq!(stages[0].traces[0].values.len(), 2000 * 40);
    let about = Neurons {
        name: "tale",
        step: 5000,
        recording: &recording,
        features: &features,
        probes: &probes,
        ranked: &ranked,
        stages: &stages,
    };
    let page = neurons(&about, Language::English);
    let section = page.split("<section id=\"training\">").nth(1).unwrap();
    let row = section.split("<tr>").find(|it| it.contains("1:17")).unwrap();
    let cell = |at: usize| -> f64 {
        let cell = row.split("class=\"r\">").nth(at).unwrap().split('<').next().unwrap();
        cell.replace('−', "-").parse().unwrap()
    };
    assert!(cell(1).abs() < 0.5 && cell(2) > 0.95, "{row}");
    assert!(section.contains("step 1,000") && page.contains("h, step 1,000\":[\""));
    assert!(section.contains("id=\"features\""), "a chart");
    let without = neurons(&Neurons { stages: &[], ..about }, Language::English);
    assert!(!without.contains("<section id=\"training\">"));
}

#[test]
fn a_probe_finds_what_the_units_know() {
    let recording = read(&planted(40), &language(3000));
    let features = features(&recording.symbols);
    let probes = probe(&recording, &features);
    let layers = probes.iter().filter(|it| it.layer == 0).count();
    assert!(layers == probes.len() && (6..=features.len()).contains(&layers), "one layer");
    assert!(probes.is_sorted_by(|a, b| a.explained >= b.explained));
    let of = |id: &str| probes.iter().find(|it| features[it.feature].id == id).unwrap();
    let quotes = of("quotes");
    assert!(quotes.explained > 0.9 && quotes.single > 0.9, "{quotes:?}");
    // A random unit says little about spaces, all of them together say everything.
    let space = of("space");
    assert!(space.explained > 0.9 && space.single < space.explained - 0.2, "{space:?}");
    // No unit of another network follows quotation marks for long.
    let random = read(&network(Cell::Rnn, 40, |_, _| ()), &language(3000));
    let probes = probe(&random, &features);
    let quotes = probes.iter().find(|it| features[it.feature].id == "quotes").unwrap();
    assert!(quotes.explained < 0.6, "{quotes:?}");
    assert!(probe(&read(&planted(40), &language(50)), &features).is_empty(), "too short");
}

#[test]
fn saturation_is_that_of_every_gate() {
    for cell in Cell::ALL {
        let recording = read(&network(cell, 24, |_, _| ()), &language(600));
        let found: Vec<&str> = saturation(&recording).iter().map(|it| it.gate).collect();
        let gates: &[&str] = match cell {
            Cell::Rnn => &[],
            Cell::Gru => &["z", "r"],
            Cell::Lstm => &["i", "f", "o"],
            Cell::MinGru => &["z"],
        };
        assert_eq!(found, gates, "{cell}");
    }
}

#[test]
fn the_page_shows_the_text_the_unit_and_the_gates() {
    for cell in Cell::ALL {
        let engine = network(cell, 24, |_, _| ());
        let recording = read(&engine, &language(600));
        assert!(recording.loss.is_finite() && recording.loss > 1.0);
        let features = features(&recording.symbols);
        let probes = probe(&recording, &features);
        let ranked = rank(&recording, &features, &probes);
        let about = Neurons {
            name: "<b>tale",
            step: 9,
            recording: &recording,
            features: &features,
            probes: &probes,
            ranked: &ranked,
            stages: &[],
        };
        for language in [Language::English, Language::Chinese] {
            let page = neurons(&about, language);
            assert_eq!(page, neurons(&about, language));
            assert!(page.contains("&lt;b&gt;tale") && !page.contains("<b>tale"));
            for word in ["http://", "https://", "src=", "url("] {
                assert!(!page.contains(word), "the page has {word}");
            }
            for gate in cell.gate_names().iter().filter(|it| **it != "h") {
                assert!(page.contains(&format!("\"{gate}\":[\"")), "no gate {gate} of {cell}");
            }
            assert_eq!(page.contains("\"c\":[\""), cell == Cell::Lstm);
            assert!(page.contains("<section id=\"probes\">"));
            assert_eq!(page.contains("<section id=\"saturation\">"), cell != Cell::Rnn);
            assert_eq!(page.matches("<circle").count(), 24 * saturation(&recording).len());
        }
    }
}

/// GRU 512 on 5,000 characters: three seconds.
#[test]
fn a_large_network_is_read_soon() {
    let engine = network(Cell::Gru, 512, |_, _| ());
    let text = language(5000);
    let start = Instant::now();
    let recording = read(&engine, &text);
    let reading = start.elapsed();
    let features = features(&recording.symbols);
    let probes = probe(&recording, &features);
    let ranked = rank(&recording, &features, &probes);
    let ranking = start.elapsed();
    let about = Neurons {
        name: "large",
        step: 9,
        recording: &recording,
        features: &features,
        probes: &probes,
        ranked: &ranked,
        stages: &[],
    };
    let page = neurons(&about, Language::English);
    let took = start.elapsed();
    println!("read {reading:?}, ranked {ranking:?}, {} bytes in {took:?}", page.len());
    // Busy machines and builds without optimization take longer.
    let slack = if cfg!(debug_assertions) { 100 } else { 5 };
    assert!(took < Duration::from_secs(3 * slack), "{took:?}");
    assert!(page.len() < 6_000_000, "{} bytes", page.len());
}
