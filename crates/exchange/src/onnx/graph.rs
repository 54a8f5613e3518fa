//! A graph of ONNX operators: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.

use crate::onnx::protobuf::Proto;

/// The version of the operators; the first with `LayerNormalization`.
const OPSET: i64 = 17;
/// The version of the file format that belongs to it.
const IR_VERSION: i64 = 8;
const FLOAT: i64 = 1;
const INT64: i64 = 7;

/// Nodes and weights, in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Proto>,
    weights: Vec<Proto>,
    inputs: Vec<Proto>,
    outputs: Vec<Proto>,
}

/// The size of an axis: a number, or a name for any number.
#[derive(Debug, Clone, Copy)]
pub(super) enum Axis {
    Fixed(usize),
    Any(&'static str),
}

/// An attribute of a node.
#[derive(Debug, Clone, Copy)]
pub(super) enum Attribute<'a> {
    Int(i64),
    Ints(&'a [i64]),
    Float(f32),
}

impl Graph {
    /// A node. An empty name among the inputs leaves out an optional one.
    pub(super) fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        outputs: &[&str],
        attributes: &[(&str, Attribute<'_>)],
    ) {
        let mut node = Proto::default();
        for input in inputs {
            node = node.text(1, input);
        }
        for output in outputs {
            node = node.text(2, output);
        }
        let named = outputs.iter().find(|name| !name.is_empty()).unwrap_or(&"");
        node = node.text(3, &format!("{operator}:{named}")).text(4, operator);
        for (name, value) in attributes {
            let attribute = Proto::default().text(1, name);
            let attribute = match value {
                Attribute::Float(value) => attribute.float(2, *value).int(20, 1),
                Attribute::Int(value) => attribute.int(3, *value).int(20, 2),
                Attribute::Ints(values) => {
                    values.iter().fold(attribute, |it, value| it.int(8, *value)).int(20, 7)
                }
            };
            node = node.message(5, &attribute);
        }
        self.nodes.push(node);
    }

    /// A tensor of weights.
    pub(super) fn weight(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.tensor(name, shape, FLOAT, &bytes);
    }

    /// A vector of whole numbers.
    pub(super) fn whole(&mut self, name: &str, values: &[i64]) {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.tensor(name, &[values.len()], INT64, &bytes);
    }

    fn tensor(&mut self, name: &str, shape: &[usize], format: i64, bytes: &[u8]) {
        let dims = shape.iter().fold(Proto::default(), |it, &size| it.int(1, whole(size)));
        self.weights.push(dims.int(2, format).text(8, name).bytes(9, bytes));
    }

    /// An input of ids.
    pub(super) fn ids(&mut self, name: &str, axes: &[Axis]) {
        self.inputs.push(value(name, INT64, axes));
    }

    /// An input of numbers.
    pub(super) fn input(&mut self, name: &str, axes: &[Axis]) {
        self.inputs.push(value(name, FLOAT, axes));
    }

    /// An output of numbers.
    pub(super) fn output(&mut self, name: &str, axes: &[Axis]) {
        self.outputs.push(value(name, FLOAT, axes));
    }

    /// The whole file, with entries of metadata.
    pub(super) fn model(self, about: &str, metadata: &[(&str, &str)]) -> Vec<u8> {
        let graph = Proto::default()
            .messages(1, &self.nodes)
            .text(2, "charnn")
            .messages(5, &self.weights)
            .messages(11, &self.inputs)
            .messages(12, &self.outputs);
        let model = Proto::default().int(1, IR_VERSION).text(2, "charnn").text(6, about);
        let mut model = model.message(7, &graph).message(8, &Proto::default().int(2, OPSET));
        for (key, value) in metadata {
            model = model.message(14, &Proto::default().text(1, key).text(2, value));
        }
        model.0
    }
}

/// The name, number format and shape of an input or output.
fn value(name: &str, format: i64, axes: &[Axis]) -> Proto {
    let shape = axes.iter().fold(Proto::default(), |shape, axis| {
        shape.message(
            1,
            &match axis {
                Axis::Fixed(size) => Proto::default().int(1, whole(*size)),
                Axis::Any(name) => Proto::default().text(2, name),
            },
        )
    });
    let tensor = Proto::default().int(1, format).message(2, &shape);
    Proto::default().text(1, name).message(2, &Proto::default().message(1, &tensor))
}

/// Sizes are below 2^17.
fn whole(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
