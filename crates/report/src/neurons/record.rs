//! Reading a text with a network and keeping every activation.

use charnn_infer::Engine;

/// Predictions that are kept for each symbol.
const PREDICTIONS: usize = 5;

/// A quantity of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The hidden state, from −1 to 1.
    Hidden,
    /// The cell state of an LSTM, of any size.
    Cell,
    /// A gate, by its letter, from 0 to 1; candidates from −1 to 1.
    Gate(&'static str),
}

impl Quantity {
    /// Its letter: `h`, `c`, or that of the gate.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Hidden => "h",
            Self::Cell => "c",
            Self::Gate(name) => name,
        }
    }
}

/// One quantity of one layer along a text.
#[derive(Debug, Clone)]
pub struct Trace {
    /// The quantity.
    pub quantity: Quantity,
    /// The layer; the lowest is 0.
    pub layer: usize,
    /// A value for each unit after each symbol, `[T, H]`.
    pub values: Vec<f32>,
}

/// A text as a network reads it.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The symbols of the text.
    pub symbols: Vec<String>,
    /// Units of a layer: `H`.
    pub units: usize,
    /// All quantities of all layers; the hidden states first.
    pub traces: Vec<Trace>,
    /// For each symbol the likeliest next symbols with their probabilities.
    pub predictions: Vec<Vec<(String, f32)>>,
    /// The mean loss over the text, without its first symbol, in nats.
    pub loss: f64,
}

impl Recording {
    /// Reads `ids`, after the primer of the network.
    pub fn of(engine: &Engine, ids: &[u16]) -> Self {
        let architecture = engine.architecture();
        let (cell, units) = (architecture.cell, architecture.hidden_size);
        let mut traces = Vec::new();
        let layers = 0..architecture.num_layers;
        let trace = |quantity, layer| {
            let values = Vec::with_capacity(ids.len() * units);
            Trace { quantity, layer, values }
        };
        traces.extend(layers.clone().map(|layer| trace(Quantity::Hidden, layer)));
        if cell.has_cell_state() {
            traces.extend(layers.clone().map(|layer| trace(Quantity::Cell, layer)));
        }
        // The only gate of a plain network is its hidden state.
        for name in cell.gate_names().iter().filter(|name| **name != "h") {
            traces.extend(layers.clone().map(|layer| trace(Quantity::Gate(name), layer)));
        }
        let vocabulary = engine.vocabulary();
        let mut state = engine.start();
        state.read(engine.primer());
        state.record_gates();
        let (mut predictions, mut loss) = (Vec::with_capacity(ids.len()), 0.0);
        let shown = |id: u16| vocabulary.shown(id).to_owned();
        for (at, id) in ids.iter().enumerate() {
            if vocabulary.record() == Some(*id) {
                state = engine.start(); // a record begins
                state.record_gates();
            }
            state.read(std::slice::from_ref(id));
            for trace in &mut traces {
                let values = match trace.quantity {
                    Quantity::Hidden => Some(state.hidden(trace.layer)),
                    Quantity::Cell => state.cell(trace.layer),
                    Quantity::Gate(name) => state.gate(trace.layer, name),
                };
                trace.values.extend(values.unwrap_or_default());
            }
            let probabilities = state.probabilities();
            if let Some(next) = ids.get(at + 1) {
                loss -= f64::from(probabilities[usize::from(*next)].max(f32::MIN_POSITIVE)).ln();
            }
            let likeliest = likeliest(&probabilities).into_iter();
            predictions.push(likeliest.map(|(id, p)| (shown(id), p)).collect());
        }
        Self {
            symbols: ids.iter().map(|id| shown(*id)).collect(),
            units,
            traces,
            predictions,
            loss: loss / (ids.len().max(2) - 1) as f64,
        }
    }
}

/// The ids of the largest probabilities, in order.
fn likeliest(probabilities: &[f32]) -> Vec<(u16, f32)> {
    let mut best: Vec<(u16, f32)> = Vec::with_capacity(PREDICTIONS + 1);
    for (id, probability) in (0..).zip(probabilities.iter().copied()) {
        if best.len() == PREDICTIONS && best[PREDICTIONS - 1].1 >= probability {
            continue;
        }
        let at = best.partition_point(|(_, other)| *other >= probability);
        best.insert(at, (id, probability));
        best.truncate(PREDICTIONS);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_come_in_order() {
        let found = likeliest(&[0.1, 0.3, 0.05, 0.2, 0.3, 0.01, 0.04]);
        assert_eq!(found.iter().map(|it| it.0).collect::<Vec<_>>(), [1, 4, 3, 0, 2]);
        assert_eq!(likeliest(&[1.0]).len(), 1);
    }
}
