//! Why a file of Keras is not read.

use charnn_message::{Describe, Message, Text, display, in_a_line, text};

/// A model that is not such a network, or a damaged file.
#[derive(Debug, thiserror::Error)]
pub enum KerasError {
    /// Neither an HDF5 file nor a `.keras` archive.
    NotKeras,
    /// The HDF5 file is damaged, or in a form that Keras does not write.
    Hdf5 {
        /// What is wrong with it.
        problem: Text,
    },
    /// A part of a `.keras` archive is missing or makes no sense.
    Archive {
        /// The part.
        part: &'static str,
        /// What is wrong with it.
        problem: Text,
    },
    /// A layer that charnn does not have.
    Layer {
        /// Its name.
        name: String,
        /// Its class.
        class: String,
    },
    /// A setting of a layer that charnn does not have.
    Setting {
        /// The layer.
        layer: String,
        /// The setting and its value in the file.
        setting: String,
        /// What charnn computes.
        needed: &'static str,
    },
    /// A GRU whose reset gate acts before the recurrent product.
    ResetBefore {
        /// The layer.
        layer: String,
    },
    /// Layers that do not form the chain embedding, recurrent layers, output layer.
    Chain {
        /// What is wrong.
        problem: Text,
    },
    /// Recurrent layers of two kinds.
    Mixed {
        /// Their names.
        layers: [String; 2],
    },
    /// Layer norm in a file that does not say its epsilon.
    Epsilon,
    /// A layer without the tensors that it needs.
    Tensors {
        /// Its path.
        layer: String,
    },
}

display!(KerasError);

impl Describe for KerasError {
    #[expect(clippy::too_many_lines, reason = "an arm for each error")]
    fn describe(&self) -> Message {
        match self {
            Self::NotKeras => Message::new(
                "keras/format",
                text!(
                    en: "it is neither an HDF5 file nor a .keras archive",
                    zh: "它既不是 HDF5 文件，也不是 .keras 压缩包"
                ),
            )
            .hint(text!(
                en: "write it with model.save(\"model.keras\") or model.save_weights(\"model.weights.h5\")",
                zh: "请用 model.save(\"model.keras\") 或 model.save_weights(\"model.weights.h5\") 写出该文件"
            )),
            Self::Hdf5 { problem } => {
                let (english, chinese) = in_lines(problem);
                Message::new(
                    "keras/hdf5",
                    text!(
                        en: ("the HDF5 file cannot be read: {english}"),
                        zh: ("无法读取 HDF5 文件：{chinese}"),
                    ),
                )
                .hint(text!(
                    en: "copy it again, or save it again with model.save_weights(\"model.weights.h5\")",
                    zh: "请重新复制，或用 model.save_weights(\"model.weights.h5\") 重新保存"
                ))
            }
            Self::Archive { part, problem } => {
                let (english, chinese) = in_lines(problem);
                Message::new(
                    "keras/archive",
                    text!(
                        en: ("{part} in the .keras archive cannot be read: {english}"),
                        zh: ("无法读取 .keras 压缩包中的 {part}：{chinese}"),
                    ),
                )
                .hint(again())
            }
            Self::Layer { name, class } => {
                let (name, class) = (in_a_line(name), in_a_line(class));
                Message::new(
                    "keras/layer",
                    text!(
                        en: "layer {name:?} is a {class}, which charnn does not have",
                        zh: "层 {name} 属于 {class}，charnn 没有这种层"
                    ),
                )
                .hint(expected())
            }
            Self::Setting { layer, setting, needed } => {
                let (layer, setting) = (in_a_line(layer), in_a_line(setting));
                Message::new(
                    "keras/setting",
                    text!(
                        en: "layer {layer:?} has {setting}; charnn computes {needed}",
                        zh: "层 {layer} 的设置为 {setting}，而 charnn 按 {needed} 计算"
                    ),
                )
                .hint(text!(
                    en: "train it with {needed}",
                    zh: "请用 {needed} 训练"
                ))
            }
            Self::ResetBefore { layer } => {
                let layer = in_a_line(layer);
                Message::new(
                    "keras/reset-before",
                    text!(
                        en: "layer {layer:?} is a GRU with reset_after=False; charnn's reset gate acts after \
                             the recurrent product, and no weights make the two equal",
                        zh: "层 {layer} 是 reset_after=False 的 GRU；charnn 的重置门作用在循环乘积之后，\
                             任何权重都无法使两者等价"
                    ),
                )
                .hint(text!(
                    en: "train it with GRU(reset_after=True), the default of Keras",
                    zh: "请用 Keras 默认的 GRU(reset_after=True) 训练"
                ))
            }
            Self::Chain { problem } => {
                let (english, chinese) = in_lines(problem);
                Message::new(
                    "keras/chain",
                    text!(
                        en: ("the layers do not form a chain that charnn has: {english}"),
                        zh: ("各层不构成 charnn 支持的链式结构：{chinese}"),
                    ),
                )
                .hint(expected())
            }
            Self::Mixed { layers: [a, b] } => {
                let (a, b) = (in_a_line(a), in_a_line(b));
                Message::new(
                    "keras/mixed",
                    text!(
                        en: "the recurrent layers {a:?} and {b:?} differ in their cell or size",
                        zh: "循环层 {a} 和 {b} 的单元类型或大小不同"
                    ),
                )
                .hint(text!(
                    en: "use layers of one class with the same number of units",
                    zh: "请使用同一类且单元数相同的层"
                ))
            }
            Self::Epsilon => Message::new(
                "keras/epsilon",
                text!(
                    en: "the network has LayerNormalization, and a file of weights does not say its epsilon",
                    zh: "该网络含有 LayerNormalization，而权重文件没有记录它的 epsilon"
                ),
            )
            .hint(text!(
                en: "import the whole model: model.save(\"model.keras\")",
                zh: "请导入整个模型：model.save(\"model.keras\")"
            )),
            Self::Tensors { layer } => {
                let layer = in_a_line(layer);
                Message::new(
                    "keras/tensors",
                    text!(
                        en: "layer {layer:?} has other tensors than an Embedding, SimpleRNN, GRU, LSTM, \
                             LayerNormalization or Dense",
                        zh: "层 {layer} 的张量不属于 Embedding、SimpleRNN、GRU、LSTM、LayerNormalization 或 Dense"
                    ),
                )
                .hint(expected())
            }
        }
    }
}

fn in_lines(problem: &Text) -> (String, String) {
    (in_a_line(&problem.english), in_a_line(&problem.chinese))
}

fn again() -> Text {
    text!(en: "copy or save it again", zh: "请重新复制或保存")
}

fn expected() -> Text {
    text!(
        en: "expected Embedding, then SimpleRNN, GRU or LSTM layers, each with or without \
             LayerNormalization, then Dense",
        zh: "应依次为 Embedding、若干 SimpleRNN、GRU 或 LSTM 层（各层后可有 LayerNormalization），最后是 Dense"
    )
}
