//! The answer of [`crate::explain()`].

/// Why a network prefers one symbol, the target, to another at the end of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The symbol that is explained.
    pub target: u16,
    /// The symbol that it is compared with.
    pub against: u16,
    /// Their probabilities.
    pub probabilities: [f64; 2],
    /// The likeliest symbols with their probabilities, in order.
    pub likeliest: Vec<(u16, f64)>,
    /// What is explained: the logit of the target minus that of the other symbol. It is the logarithm of the ratio
    /// of their probabilities.
    pub difference: f64,
    /// The part of the head's bias in the difference.
    pub bias: f64,
    /// The part of every unit of the last layer, largest first. With the bias they sum to the difference.
    pub units: Vec<UnitEffect>,
    /// How the first of these units came to their values.
    pub details: Vec<UnitDetail>,
    /// The effect of each of the last symbols of the text, in the order of the text.
    pub symbols: Vec<SymbolEffect>,
    /// By how much the difference falls without everything before those symbols; `None` if nothing is before them.
    pub earlier: Option<f64>,
}

/// What a unit of the last layer adds to the difference: `output · (weights[0] − weights[1])`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitEffect {
    /// The unit in its layer, from 0.
    pub unit: usize,
    /// The value that the head multiplies: the hidden state, after the norm if the layer has one.
    pub output: f64,
    /// The head's weights from this unit to the target and to the other symbol.
    pub weights: [f64; 2],
    /// The part of the difference.
    pub effect: f64,
}

/// A unit of the last layer at the last symbol.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitDetail {
    /// The unit in its layer, from 0.
    pub unit: usize,
    /// Its hidden state before and after the symbol.
    pub hidden: [f64; 2],
    /// Its cell state before and after the symbol, if the cell has one.
    pub cell: Option<[f64; 2]>,
    /// Its gates, in the order of [`charnn_bundle::Cell::gate_names`].
    pub gates: Vec<GateDetail>,
}

/// A gate of a unit at the last symbol. Its pre-activation is `input + recurrent + bias`.
#[derive(Debug, Clone, PartialEq)]
pub struct GateDetail {
    /// Its letter in the equations.
    pub name: &'static str,
    /// Its value after activation.
    pub value: f64,
    /// What the layer's input adds: the symbol, or the layer below.
    pub input: f64,
    /// What the hidden states of the layer before the symbol add. For the candidate of a GRU this is after the reset
    /// gate.
    pub recurrent: f64,
    /// What the biases add.
    pub bias: f64,
    /// The largest terms of `input` and `recurrent`, largest first.
    pub sources: Vec<Source>,
}

/// A term of a pre-activation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Source {
    /// Where it comes from.
    pub origin: Origin,
    /// The value of the unit; 1 for a symbol.
    pub value: f64,
    /// The weight that multiplies it. For a symbol, its embedding times the kernel.
    pub weight: f64,
    /// The term.
    pub effect: f64,
}

/// Where a term of a pre-activation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The last symbol.
    Symbol,
    /// The output of a unit of the layer below.
    Below(usize),
    /// The hidden state of a unit of the same layer before the symbol.
    Before(usize),
}

/// The effect of a symbol of the text on the difference, by two measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SymbolEffect {
    /// The symbol.
    pub id: u16,
    /// By how much the difference falls when the network reads the text without this symbol. Exact.
    pub removal: f64,
    /// The embedding of the symbol times the gradient of the difference with respect to it: the effect to first
    /// order of making the embedding smaller.
    pub gradient: f64,
}
