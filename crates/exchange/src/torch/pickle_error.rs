//! Why the pickle in a file of `torch.save` is not read.

use charnn_message::{Describe, Message, Text, display, in_a_line, text};

/// A pickle that is not the description of a state dict.
#[derive(Debug, thiserror::Error)]
pub enum PickleError {
    /// It asks for a function or a class of Python.
    Code {
        /// Its name, with its module.
        name: String,
    },
    /// It has an instruction that no state dict needs.
    Instruction {
        /// The instruction.
        code: u8,
        /// The position of its byte.
        at: usize,
    },
    /// It ends too early or makes no sense.
    Damaged {
        /// The position of the byte.
        at: usize,
    },
    /// It is longer than any state dict needs.
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Tensors of whole numbers, or in another number format.
    Number {
        /// The name of the storage's type.
        name: String,
    },
    /// It holds no dict of tensors, or several.
    NoStateDict,
    /// A tensor that does not lie within its storage.
    View {
        /// The name of the tensor.
        name: String,
    },
    /// A storage is missing.
    Storage {
        /// Its name in the archive.
        name: String,
    },
    /// The archive is a `TorchScript` program, or has no pickle.
    NotSaved,
    /// The numbers have the byte order of another machine.
    BigEndian,
    /// The form that PyTorch wrote before version 1.6.
    Old,
}

display!(PickleError);

impl Describe for PickleError {
    #[expect(clippy::too_many_lines, reason = "an arm for each error")]
    fn describe(&self) -> Message {
        match self {
            Self::Code { name } => {
                let name = in_a_line(name);
                Message::new(
                    "pickle/code",
                    text!(
                        en: "the file asks Python for {name}, which is not needed for weights and could run \
                             code; nothing was executed",
                        zh: "文件要求 Python 提供 {name}，权重并不需要它，而且它可能执行代码；未执行任何内容"
                    ),
                )
                .hint(state_dict())
            }
            Self::Instruction { code, at } => Message::new(
                "pickle/instruction",
                text!(
                    en: "the pickle has the instruction {code:#04x} at byte {at}, which no state dict needs; \
                         nothing was executed",
                    zh: "pickle 在第 {at} 字节处含有 state dict 不需要的指令 {code:#04x}；未执行任何内容"
                ),
            )
            .hint(state_dict()),
            Self::Damaged { at } => Message::new(
                "pickle/damaged",
                text!(
                    en: "the pickle is damaged at byte {at}",
                    zh: "pickle 在第 {at} 字节处损坏"
                ),
            )
            .hint(text!(en: "copy or save it again", zh: "请重新复制或保存")),
            Self::TooLong { bytes } => Message::new(
                "pickle/too-long",
                text!(
                    en: "the pickle has {bytes} bytes, more than any state dict needs",
                    zh: "pickle 长达 {bytes} 字节，超过任何 state dict 的需要"
                ),
            )
            .hint(state_dict()),
            Self::Number { name } => {
                let name = in_a_line(name);
                Message::new(
                    "pickle/number-format",
                    text!(
                        en: "the file has tensors of torch.{name}; float, double, half and bfloat16 can be read",
                        zh: "文件中有 torch.{name} 类型的张量；只能读取 float、double、half 和 bfloat16"
                    ),
                )
                .hint(state_dict())
            }
            Self::NoStateDict => Message::new(
                "pickle/no-state-dict",
                text!(
                    en: "the file holds no state dict, or several",
                    zh: "文件中没有 state dict，或有多个"
                ),
            )
            .hint(state_dict()),
            Self::View { name } => {
                let name = in_a_line(name);
                Message::new(
                    "pickle/view",
                    text!(
                        en: "tensor {name:?} reaches beyond its numbers in the file, or repeats them",
                        zh: "张量 {name} 超出了文件中的数据范围，或重复使用了数据"
                    ),
                )
                .hint(state_dict())
            }
            Self::Storage { name } => {
                let name = in_a_line(name);
                Message::new(
                    "pickle/storage",
                    text!(en: "the archive has no entry {name:?}", zh: "压缩包中缺少条目 {name}"),
                )
                .hint(text!(en: "copy or save it again", zh: "请重新复制或保存"))
            }
            Self::NotSaved => Message::new(
                "pickle/not-saved",
                text!(
                    en: "the archive is not a state dict of torch.save: it is a TorchScript program or \
                         something else",
                    zh: "该压缩包不是 torch.save 保存的 state dict，而是 TorchScript 程序或其他内容"
                ),
            )
            .hint(state_dict()),
            Self::BigEndian => Message::new(
                "pickle/byte-order",
                text!(
                    en: "the numbers have big-endian byte order",
                    zh: "数值采用大端字节序"
                ),
            )
            .hint(state_dict()),
            Self::Old => Message::new(
                "pickle/old",
                text!(
                    en: "it is a pickle, or a file of torch.save in the form before PyTorch 1.6",
                    zh: "它是 pickle 文件，或 PyTorch 1.6 之前的 torch.save 格式"
                ),
            )
            .hint(text!(
                en: "load and save it with a newer PyTorch: torch.save(torch.load(\"old.pt\", \
                     weights_only=True), \"model.pt\")",
                zh: "请用较新的 PyTorch 重新保存：torch.save(torch.load(\"old.pt\", weights_only=True), \
                     \"model.pt\")"
            )),
        }
    }
}

fn state_dict() -> Text {
    text!(
        en: "save only the weights: torch.save(model.float().cpu().state_dict(), \"model.pt\")",
        zh: "请只保存权重：torch.save(model.float().cpu().state_dict(), \"model.pt\")"
    )
}
