//! The description of a Keras model: its layers, and whether charnn computes the same.

use crate::error::ExchangeError;
use crate::keras::{EPSILON, KerasError, class};
use charnn_bundle::{Architecture, Cell};
use charnn_message::{Text, text};
use serde_json::{Value, json};

/// The layers of a model that charnn can express.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) cell: Cell,
    pub(super) num_layers: usize,
    pub(super) layer_norm: bool,
    pub(super) embedding: bool,
}

/// A step in the chain of layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Input,
    Ignored,
    Embedding,
    Recurrent(Cell),
    Norm,
    Dense,
}

impl Described {
    /// Reads the JSON of a Sequential or Functional model.
    pub(super) fn of(json: &str) -> Result<Self, ExchangeError> {
        let model: Value = serde_json::from_str(json).map_err(|error| config(&error))?;
        let layers = match &model["config"] {
            Value::Array(layers) => layers, // the first versions of Keras
            config => config["layers"].as_array().ok_or_else(|| {
                let class = word(&model["class_name"]);
                KerasError::Layer { name: word(&model["config"]["name"]), class }
            })?,
        };
        let mut chain: Vec<Step> = Vec::new();
        let mut before = String::new();
        let mut inputs = Vec::new();
        for layer in layers {
            let name = match &layer["name"] {
                Value::String(name) => name.clone(),
                _ => word(&layer["config"]["name"]),
            };
            let step = step(layer, &name)?;
            let mut sources = Vec::new();
            named(&layer["inbound_nodes"], 0, &mut sources);
            sources.retain(|source| !inputs.contains(source));
            sources.dedup();
            if step == Step::Input {
                inputs.push(name);
                continue;
            }
            if !(sources.is_empty() || sources == [&*before]) {
                let sources = sources.join(", ");
                let problem =
                    text!(en: "{name:?} reads {sources}", zh: "{name} 的输入是 {sources}");
                return Err(KerasError::Chain { problem }.into());
            }
            before = name;
            if step != Step::Ignored {
                chain.push(step);
            }
        }
        Ok(Self::chained(&chain)?)
    }

    fn chained(chain: &[Step]) -> Result<Self, KerasError> {
        let broken = || {
            let word = |step: &Step| match step {
                Step::Recurrent(cell) => class(*cell).unwrap_or("?"),
                Step::Norm => "LayerNormalization",
                Step::Embedding => "Embedding",
                Step::Dense => "Dense",
                Step::Input | Step::Ignored => "",
            };
            let words: Vec<&str> = chain.iter().map(word).collect();
            KerasError::Chain { problem: Text::verbatim(words.join(", ")) }
        };
        let embedding = chain.first() == Some(&Step::Embedding);
        let Some((Step::Dense, middle)) = chain[usize::from(embedding)..].split_last() else {
            return Err(broken());
        };
        let Some(&Step::Recurrent(cell)) = middle.first() else { return Err(broken()) };
        let layer_norm = middle.get(1) == Some(&Step::Norm);
        let layer: &[Step] = if layer_norm {
            &[Step::Recurrent(cell), Step::Norm]
        } else {
            &[Step::Recurrent(cell)]
        };
        if middle.chunks(layer.len()).any(|found| found != layer) {
            return Err(broken());
        }
        Ok(Self { cell, num_layers: middle.len() / layer.len(), layer_norm, embedding })
    }
}

/// What a layer does, if charnn does the same.
fn step(layer: &Value, name: &str) -> Result<Step, ExchangeError> {
    let (class, config) = (word(&layer["class_name"]), &layer["config"]);
    let setting = |key: &str, allowed: &[&str], needed: &'static str| {
        let value = &config[key];
        let fits = match value {
            Value::String(value) => allowed.contains(&value.as_str()),
            Value::Bool(value) => allowed.contains(&value.to_string().as_str()),
            Value::Null => true,
            _ => false,
        };
        if fits {
            return Ok(());
        }
        let value: String = value.to_string().chars().take(80).collect();
        let setting = format!("{key}={value}");
        Err(KerasError::Setting { layer: name.to_owned(), setting, needed })
    };
    let recurrent = |cell: Cell| {
        setting("activation", &["tanh"], "activation=\"tanh\"")?;
        if cell != Cell::Rnn {
            setting("recurrent_activation", &["sigmoid"], "recurrent_activation=\"sigmoid\"")?;
        }
        setting("go_backwards", &["false"], "go_backwards=False")?;
        // The first versions of Keras had no other GRU, and no such key.
        if cell == Cell::Gru && config["reset_after"] != true {
            return Err(KerasError::ResetBefore { layer: name.to_owned() });
        }
        Ok(Step::Recurrent(cell))
    };
    let activation = || setting("activation", &["softmax", "linear"], "activation=\"softmax\"");
    Ok(match class.as_str() {
        "InputLayer" => Step::Input,
        "Dropout" | "SpatialDropout1D" | "GaussianNoise" | "GaussianDropout" | "Softmax" => {
            Step::Ignored
        }
        "Activation" => {
            activation()?;
            Step::Ignored
        }
        "Embedding" => {
            setting("mask_zero", &["false"], "mask_zero=False")?;
            Step::Embedding
        }
        "SimpleRNN" => recurrent(Cell::Rnn)?,
        "GRU" => recurrent(Cell::Gru)?,
        "LSTM" => recurrent(Cell::Lstm)?,
        "LayerNormalization" => {
            let epsilon = config["epsilon"].as_f64().unwrap_or(1e-3);
            if (epsilon / EPSILON - 1.0).abs() > 1e-3 {
                let (layer, setting) = (name.to_owned(), format!("epsilon={epsilon}"));
                let needed = "epsilon=1e-5";
                return Err(KerasError::Setting { layer, setting, needed }.into());
            }
            if ![json!(null), json!(-1), json!([-1]), json!(2), json!([2])]
                .contains(&config["axis"])
            {
                let (layer, setting) = (name.to_owned(), format!("axis={}", config["axis"]));
                return Err(KerasError::Setting { layer, setting, needed: "axis=-1" }.into());
            }
            setting("rms_scaling", &["false"], "rms_scaling=False")?;
            setting("center", &["true"], "center=True")?;
            setting("scale", &["true"], "scale=True")?;
            Step::Norm
        }
        "Dense" => {
            activation()?;
            Step::Dense
        }
        "TimeDistributed" if config["layer"]["class_name"] == "Dense" => {
            step(&config["layer"], name)?
        }
        "Bidirectional" => return Err(ExchangeError::Bidirectional),
        _ => return Err(KerasError::Layer { name: name.to_owned(), class }.into()),
    })
}

/// The names of the layers whose outputs a layer reads: `keras_history` in Keras 3, `["gru", 0, 0, {}]` before.
fn named(node: &Value, depth: usize, names: &mut Vec<String>) {
    if depth > 16 {
        return;
    }
    match node {
        Value::Array(list) => match &list[..] {
            [Value::String(name), Value::Number(_), Value::Number(_), ..] => {
                names.push(name.clone());
            }
            _ => list.iter().for_each(|inner| named(inner, depth + 1, names)),
        },
        Value::Object(object) => {
            object.values().for_each(|inner| named(inner, depth + 1, names));
        }
        _ => {}
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or("?").chars().take(100).collect()
}

fn config(error: &serde_json::Error) -> KerasError {
    KerasError::Archive { part: "config.json", problem: Text::verbatim(error.to_string()) }
}

/// The description of a network as a Sequential model of Keras 3.
pub(super) fn written(architecture: Architecture, v: usize) -> Value {
    let Architecture { cell, embedding_dim: e, hidden_size: h, num_layers, layer_norm, .. } =
        architecture;
    let layer = |class: &str, config: Value, shape: Value| {
        json!({
            "module": "keras.layers",
            "class_name": class,
            "config": config,
            "registered_name": null,
            "build_config": { "input_shape": shape },
        })
    };
    let mut layers = vec![json!({
        "module": "keras.layers",
        "class_name": "InputLayer",
        "config": { "batch_shape": [null, null], "dtype": "int32", "name": "ids" },
        "registered_name": null,
    })];
    let embedding = json!({ "name": "embedding", "input_dim": v, "output_dim": e });
    layers.push(layer("Embedding", embedding, json!([null, null])));
    let name = class(cell).unwrap_or_default();
    for index in 0..num_layers {
        let mut config = json!({
            "name": format!("layer_{index}"),
            "units": h,
            "activation": "tanh",
            "return_sequences": true,
        });
        if cell != Cell::Rnn {
            config["recurrent_activation"] = json!("sigmoid");
        }
        if cell == Cell::Gru {
            config["reset_after"] = json!(true);
        }
        let inputs = if index == 0 { e } else { h };
        layers.push(layer(name, config, json!([null, null, inputs])));
        if layer_norm {
            let config = json!({ "name": format!("norm_{index}"), "axis": -1, "epsilon": EPSILON });
            layers.push(layer("LayerNormalization", config, json!([null, null, h])));
        }
    }
    let head = json!({ "name": "head", "units": v, "activation": "linear" });
    layers.push(layer("Dense", head, json!([null, null, h])));
    json!({
        "module": "keras",
        "class_name": "Sequential",
        "config": {
            "name": "charnn",
            "trainable": true,
            "layers": layers,
            "build_input_shape": [null, null],
        },
        "registered_name": null,
        "build_config": { "input_shape": [null, null] },
    })
}
