//! What one program's files hold and the other cannot express.

use crate::archive::ArchiveError;
use crate::keras::KerasError;
use crate::torch::PickleError;
use charnn_bundle::{
    BundleError, Cell, HostTensor, TensorError, Unit, Vocabulary, VocabularyError,
};
use charnn_message::{Describe, Message, display, in_a_line, text};

/// A program whose files are read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// PyTorch.
    Torch,
    /// Keras.
    Keras,
    /// What runs ONNX models.
    Onnx,
}

/// Why a network cannot be exported or imported.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The other program has no such cell.
    Cell {
        /// The cell.
        cell: Cell,
        /// The program.
        program: Program,
    },
    /// The other program normalizes no layer but the last.
    LayerNorm {
        /// Layers of the network.
        num_layers: usize,
    },
    /// A web page runs networks of characters only.
    WebUnit {
        /// What a symbol of the network is.
        unit: Unit,
    },
    /// The file is neither a safetensors file nor one that `torch.save` wrote.
    NotTorch,
    /// More bytes than a file of this format can have.
    TooLarge,
    /// A file of `torch.save`.
    Pickle(#[from] PickleError),
    /// A file of Keras.
    Keras(#[from] KerasError),
    /// A zip archive.
    Archive(#[from] ArchiveError),
    /// The header is longer than any state dict needs.
    Header {
        /// Its length in bytes, as the file says.
        bytes: u64,
    },
    /// The file is damaged, or a tensor does not fit.
    Tensor(#[from] TensorError),
    /// A tensor in a number format that cannot be read.
    Format {
        /// Its name.
        name: String,
        /// Its number format.
        format: String,
    },
    /// No tensor whose name ends like this.
    Missing {
        /// The end of its name.
        name: String,
    },
    /// Tensors that belong to nothing that can be imported.
    Unknown {
        /// Their names, at most five.
        names: Vec<String>,
    },
    /// Tensors of a recurrent layer that reads the text in both directions.
    Bidirectional,
    /// Tensors of an LSTM with a projection.
    Projection,
    /// More than one recurrent module.
    Several {
        /// Their names.
        modules: Vec<String>,
    },
    /// The rows of a recurrent weight are 1, 3 or 4 times its columns in every cell that is known.
    Gates {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// Two modules could both be the embedding and the output layer.
    Ambiguous {
        /// Their names.
        modules: [String; 2],
    },
    /// The vocabulary file.
    Symbols {
        /// What is wrong with it.
        problem: String,
    },
    /// A vocabulary of another size than the network's.
    VocabularySize {
        /// Symbols of the vocabulary.
        symbols: usize,
        /// Rows of the output layer.
        rows: usize,
    },
    /// The vocabulary.
    Vocabulary(#[from] VocabularyError),
    /// The tensors do not form a valid network.
    Bundle(#[from] BundleError),
}

display!(ExchangeError);

impl Describe for ExchangeError {
    #[expect(clippy::too_many_lines, reason = "an arm for each error")]
    fn describe(&self) -> Message {
        match self {
            Self::Cell { cell, program } => {
                let (program, known) = match program {
                    Program::Torch => ("PyTorch", "nn.RNN, nn.GRU, nn.LSTM"),
                    Program::Keras => ("Keras", "SimpleRNN, GRU, LSTM"),
                    Program::Onnx => ("ONNX", "RNN, GRU, LSTM"),
                };
                Message::new(
                    "exchange/cell",
                    text!(
                        en: "{program} cannot express the cell {cell}; it has {known}",
                        zh: "{program} 无法表示 {cell} 单元，只有 {known}"
                    ),
                )
                .hint(text!(
                    en: "export it as a file of charnn, which holds every network",
                    zh: "请导出为 charnn 自己的文件，它可以保存任何网络"
                ))
            }
            Self::LayerNorm { num_layers } => Message::new(
                "exchange/layer-norm",
                text!(
                    en: "layer norm between {num_layers} layers (layer_norm) cannot be expressed: \
                         nn.RNN, nn.GRU and nn.LSTM normalize nothing between their layers",
                    zh: "无法表示 {num_layers} 层之间的层归一化（layer_norm）：nn.RNN、nn.GRU 和 nn.LSTM \
                         在层与层之间不做归一化"
                ),
            )
            .hint(text!(
                en: "export it as a file of charnn, or train with layer_norm = false or one layer",
                zh: "请导出为 charnn 自己的文件，或用 layer_norm = false 或单层网络训练"
            )),
            Self::WebUnit { unit } => Message::new(
                "exchange/web-unit",
                text!(
                    en: "a web page runs networks of characters, and this one has data.unit = {unit}",
                    zh: "网页只能运行以字符为符号的网络，而此网络使用 data.unit = {unit}"
                ),
            )
            .hint(text!(
                en: "export it in another form",
                zh: "请以其他格式导出"
            )),
            Self::NotTorch => Message::new(
                "exchange/format",
                text!(
                    en: "it is neither a safetensors file nor one that torch.save wrote",
                    zh: "它既不是 safetensors 文件，也不是 torch.save 保存的文件"
                ),
            )
            .hint(text!(
                en: "write it with torch.save(model.state_dict(), \"model.pt\")",
                zh: "请用 torch.save(model.state_dict(), \"model.pt\") 写出该文件"
            )),
            Self::TooLarge => Message::new(
                "exchange/too-large",
                text!(
                    en: "the network has more than 2 GiB of weights, the limit of the format",
                    zh: "网络权重超过 2 GiB，超出该格式的上限"
                ),
            )
            .hint(text!(
                en: "export it as a file of charnn, which holds every network",
                zh: "请导出为 charnn 自己的文件，它可以保存任何网络"
            )),
            Self::Pickle(error) => error.describe(),
            Self::Keras(error) => error.describe(),
            Self::Archive(error) => error.describe(),
            Self::Header { bytes } => Message::new(
                "exchange/header",
                text!(
                    en: "the file is damaged: its header has {bytes} bytes",
                    zh: "文件已损坏：文件头长达 {bytes} 字节"
                ),
            )
            .hint(copy_again()),
            Self::Tensor(error @ TensorError::Damaged(_)) => error.describe().hint(copy_again()),
            Self::Tensor(error) => error.describe(),
            Self::Format { name, format } => {
                let name = in_a_line(name);
                Message::new(
                    "exchange/number-format",
                    text!(
                        en: "tensor {name:?} has the number format {format}, not F32, F64, F16 or BF16",
                        zh: "张量 {name} 的数值格式是 {format}，而不是 F32、F64、F16 或 BF16"
                    ),
                )
                .hint(text!(
                    en: "save the state dict of model.float()",
                    zh: "请保存 model.float() 的 state dict"
                ))
            }
            Self::Missing { name } => Message::new(
                "exchange/missing",
                text!(
                    en: "the file has no tensor for {name}",
                    zh: "文件中缺少 {name} 的张量"
                ),
            )
            .hint(expected()),
            Self::Unknown { names } => {
                let names: Vec<String> = names.iter().map(|name| in_a_line(name)).collect();
                Message::new(
                    "exchange/unknown",
                    text!(
                        en: ("the file has tensors that belong to no known part: {}", names.join(", ")),
                        zh: ("文件中有不属于任何已知部分的张量：{}", names.join("、")),
                    ),
                )
                .hint(expected())
            }
            Self::Bidirectional => Message::new(
                "exchange/bidirectional",
                text!(
                    en: "the network is bidirectional: it reads the text in both directions, so it cannot generate",
                    zh: "该网络是双向的，无法用来生成文本"
                ),
            )
            .hint(text!(
                en: "train a network that reads forwards only",
                zh: "请训练单向的网络"
            )),
            Self::Projection => Message::new(
                "exchange/projection",
                text!(
                    en: "the LSTM has a projection (proj_size), which charnn does not have",
                    zh: "该 LSTM 使用了投影（proj_size），charnn 不支持"
                ),
            )
            .hint(text!(en: "train it without proj_size", zh: "请不用 proj_size 训练")),
            Self::Several { modules } => {
                let (english, chinese) = (modules.join(", "), modules.join("、"));
                Message::new(
                    "exchange/several",
                    text!(
                        en: ("the file has several recurrent modules: {}", in_a_line(&english)),
                        zh: ("文件中有多个循环模块：{}", in_a_line(&chinese)),
                    ),
                )
                .hint(text!(
                    en: "use one nn.RNN, nn.GRU or nn.LSTM with num_layers",
                    zh: "请使用一个 nn.RNN、nn.GRU 或 nn.LSTM，并设置 num_layers"
                ))
            }
            Self::Gates { name, shape } => {
                let name = in_a_line(name);
                Message::new(
                    "exchange/gates",
                    text!(
                        en: "tensor {name:?} is {shape:?}: its rows must be 1, 3 or 4 times its columns \
                             (nn.RNN, nn.GRU, nn.LSTM)",
                        zh: "张量 {name} 的形状是 {shape:?}：行数必须是列数的 1、3 或 4 倍（nn.RNN、nn.GRU、nn.LSTM）"
                    ),
                )
                .hint(expected())
            }
            Self::Ambiguous { modules: [a, b] } => {
                let (a, b) = (in_a_line(a), in_a_line(b));
                Message::new(
                    "exchange/ambiguous",
                    text!(
                        en: "{a:?} and {b:?} could both be the embedding and the output layer",
                        zh: "无法区分嵌入层和输出层：{a} 和 {b}"
                    ),
                )
                .hint(text!(
                    en: "rename the embedding's tensor to embedding.weight",
                    zh: "请把嵌入层的张量改名为 embedding.weight"
                ))
            }
            Self::Symbols { problem } => {
                let problem = in_a_line(problem);
                Message::new(
                    "exchange/symbols",
                    text!(
                        en: "the vocabulary cannot be read: {problem}",
                        zh: "无法读取词表：{problem}"
                    ),
                )
                .hint(text!(
                    en: "it is JSON: a list of symbols in the order of their ids, [\"a\", \"b\"], or their \
                         ids, {{\"a\": 0, \"b\": 1}}",
                    zh: "词表应为 JSON：按编号排列的符号列表，如 [\"a\", \"b\"]，或符号到编号的映射，如 \
                         {{\"a\": 0, \"b\": 1}}"
                ))
            }
            Self::VocabularySize { symbols, rows } => Message::new(
                "exchange/vocabulary-size",
                text!(
                    en: "the vocabulary has {symbols} symbols, but the network has {rows}",
                    zh: "词表有 {symbols} 个符号，而网络有 {rows} 个"
                ),
            )
            .hint(text!(
                en: "use the vocabulary that the network was trained with",
                zh: "请使用训练该网络时的词表"
            )),
            Self::Vocabulary(VocabularyError::BadSymbol { symbol }) => Message::new(
                "exchange/bad-symbol",
                text!(
                    en: "the vocabulary's symbol {symbol:?} is empty or occurs twice",
                    zh: "词表中的符号 {symbol:?} 为空或重复出现"
                ),
            )
            .hint(text!(
                en: "use the vocabulary that the network was trained with",
                zh: "请使用训练该网络时的词表"
            )),
            Self::Vocabulary(VocabularyError::TooMany { distinct }) => Message::new(
                "exchange/too-many-symbols",
                text!(
                    en: "the vocabulary has {distinct} symbols; at most {} are possible",
                    zh: "词表有 {distinct} 个符号，最多只能有 {} 个",
                    Vocabulary::MOST
                ),
            ),
            Self::Vocabulary(error) => error.describe(),
            Self::Bundle(error) => error.describe(),
        }
    }
}

fn copy_again() -> charnn_message::Text {
    text!(en: "copy or save it again", zh: "请重新复制或保存")
}

fn expected() -> charnn_message::Text {
    text!(
        en: "expected one nn.Embedding, one nn.RNN, nn.GRU or nn.LSTM, and one nn.Linear",
        zh: "应包含一个 nn.Embedding、一个 nn.RNN、nn.GRU 或 nn.LSTM，以及一个 nn.Linear"
    )
}

/// A tensor of another shape than the network's.
pub(crate) fn shape(tensor: &HostTensor, expected: &[usize]) -> ExchangeError {
    let (name, found) = (tensor.name.clone(), format!("f32 {:?}", tensor.shape));
    TensorError::Shape { name, found, expected: expected.to_vec() }.into()
}
