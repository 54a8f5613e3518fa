//! The pages of `charnn export` and `charnn import`.

use super::page::{ARGUMENTS, CHECKPOINT, Group, OPTIONS, Page, RUN, RUNS, both, flag, same};

pub(super) const EXPORT: Page = Page {
    command: "export",
    about: both("Export a network as one file or for other programs", "把网络导出为单个文件或供其他程序使用"),
    details: both(
        "Prints the path that it wrote. docs/exchange.md describes the formats.",
        "输出所写入的路径。各格式的说明见 docs/exchange.md。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[RUN] },
        Group {
            heading: OPTIONS,
            flags: &[
                flag(
                    "to",
                    "Format: bundle, torch, keras, onnx, hub or web",
                    "格式：bundle、torch、keras、onnx、hub 或 web",
                )
                .more(
                    "bundle is one file that stands for a run. torch, keras and onnx are folders with the \
                     network in the form of PyTorch, Keras 3 or ONNX and a Python program that runs it. hub is \
                     a folder for the Hugging Face Hub, which also stands for a run. web is a folder with a page that \
                     runs the network in any browser, and a package for other pages.",
                    "bundle：可代替训练记录的单个文件；torch、keras、onnx：文件夹，含 PyTorch、Keras 3 或 ONNX \
                     格式的网络，以及运行它的 Python 程序；hub：供 Hugging Face Hub 使用的文件夹，也可代替训练记录；web：文件夹，含可在任意浏览器中运行网络的网页，\
                     以及供其他网页使用的 npm 包。",
                ),
                flag(
                    "output",
                    "File or folder to write [default: named after the run]",
                    "要写入的文件或文件夹（默认：按训练记录命名）",
                ),
                flag("force", "Replace existing files", "覆盖已有的文件"),
                CHECKPOINT,
                RUNS,
            ],
        },
    ],
    examples: &[
        (same("charnn export"), both("Export the newest run as one file", "把最新的训练记录导出为单个文件")),
        (
            same("charnn export latest --to torch -o tales"),
            both("Export it for PyTorch", "导出供 PyTorch 使用"),
        ),
        (
            same("charnn export latest --to web -o tales"),
            both("Export it as a web page", "导出为网页"),
        ),
    ],
};

pub(super) const IMPORT: Page = Page {
    command: "import",
    about: both("Import a network of another program", "导入其他程序的网络"),
    details: both(
        "Writes one file that stands for a run, and prints its path. Nothing in the imported file is executed.",
        "写出可代替训练记录的单个文件，并输出其路径。不会执行被导入文件中的任何代码。",
    ),
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[flag(
                "file",
                "Network as a file of that program, or a folder that `charnn export` wrote",
                "该程序的网络文件，或 `charnn export` 写出的文件夹",
            )
            .more(
                "torch: the state dict as a safetensors file or as torch.save writes it. keras: .keras, \
                 .weights.h5 or .h5.",
                "torch：safetensors 格式或 torch.save 写出的 state dict；keras：.keras、.weights.h5 或 .h5。",
            )],
        },
        Group {
            heading: OPTIONS,
            flags: &[
                flag(
                    "from",
                    "Program that wrote the file: torch or keras",
                    "写出该文件的程序：torch 或 keras",
                ),
                flag(
                    "vocab",
                    "Vocabulary as JSON: a list of symbols, or their ids [default: vocab.json beside FILE]",
                    "JSON 格式的词表：符号列表，或符号到编号的映射（默认：FILE 旁边的 vocab.json）",
                ),
                flag(
                    "output",
                    "File to write [default: FILE with the ending .charnn.safetensors, in this folder]",
                    "要写入的文件（默认：当前目录中以 .charnn.safetensors 结尾的同名文件）",
                ),
                flag("force", "Replace an existing file", "覆盖已有的文件"),
            ],
        },
    ],
    examples: &[
        (
            same("charnn import model.pt --from torch --vocab vocab.json"),
            both("Import a PyTorch network", "导入 PyTorch 的网络"),
        ),
        (
            same("charnn import model.keras --from keras --vocab vocab.json"),
            both("Import a Keras network", "导入 Keras 的网络"),
        ),
    ],
};
