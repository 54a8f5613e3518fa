//! The pages of `charnn report` and `charnn runs plot`.

use super::page::{
    ARGUMENTS, CHECKPOINT, Group, NAMES, OPTIONS, OUTPUT, Page, RUN, RUNS, both, flag, same,
};

pub(super) const REPORT: Page = Page {
    command: "report",
    about: both(
        "Write a web page about a run, or compare several",
        "生成关于训练记录的网页，或比较多个记录",
    ),
    details: both(
        "The page is one file that loads nothing: curves, samples, settings with their origin, and the command \
         that trains the run again. Prints the path that it wrote. docs/report.md describes it.",
        "网页是一个独立的文件，不加载任何其他内容：曲线、示例文本、设置及其来源，以及重新训练的命令。输出所写入的路径。\
         说明见 docs/report.md。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[NAMES] },
        Group {
            heading: OPTIONS,
            flags: &[
                flag(
                    "output",
                    "File to write, or - for standard output",
                    "要写入的文件，- 表示标准输出",
                ),
                flag(
                    "force",
                    "Replace a file that charnn did not write",
                    "即使已有的文件不是 charnn 生成的，也覆盖它",
                )
                .more(
                    "A page that charnn wrote is replaced without this flag.",
                    "charnn 自己生成的页面不需要此选项即可覆盖。",
                ),
                flag(
                    "novelty",
                    "Compare the samples with training texts of any size",
                    "训练文本再大也与示例文本比较",
                )
                .more(
                    "Without this flag, samples are compared with training texts of at most 16 MiB. The page underlines \
                     passages that the training text has too.",
                    "没有此选项时，只与不超过 16 MiB 的训练文本比较。网页为训练文本中也有的片段加下划线。",
                ),
                RUNS,
            ],
        },
    ],
    examples: &[
        (same("charnn report"), both("A page about the newest run", "关于最新训练记录的网页")),
        (
            same("charnn report gru lstm -o comparison.html"),
            both("Compare two runs", "比较两个训练记录"),
        ),
        (same("charnn report --lang zh -o - > report.html"), both("A page in Chinese", "中文网页")),
    ],
};

pub(super) const NEURONS: Page = Page {
    command: "neurons",
    about: both(
        "Write a web page that shows what each unit does along a text",
        "生成网页，显示每个单元在文本上的激活",
    ),
    details: both(
        "Ranks the units of a network by what they follow, such as quotation marks or the position in the line, and \
         colors the text by the activation of each. Prints the path that it wrote. docs/report.md describes the page.",
        "按各单元所跟随的特征（例如引号、行内位置）排列网络的单元，并以每个单元的激活值为文本着色。输出所写入的路径。\
         说明见 docs/report.md。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[RUN] },
        Group {
            heading: OPTIONS,
            flags: &[
                flag(
                    "text",
                    "Text to read, in any encoding [default: the validation text of the run]",
                    "要读取的文本，可为任意编码（默认：训练记录的验证文本）",
                )
                .more(
                    "A network file has no validation text: it reads what it writes.",
                    "网络文件没有验证文本，这时读取网络自己生成的文本。",
                ),
                flag("length", "Characters to read", "读取的字符数"),
                flag(
                    "output",
                    "File to write, or - for standard output",
                    "要写入的文件，- 表示标准输出",
                ),
                flag(
                    "force",
                    "Replace a file that charnn did not write",
                    "即使已有的文件不是 charnn 生成的，也覆盖它",
                ),
                CHECKPOINT,
                RUNS,
            ],
        },
    ],
    examples: &[
        (
            same("charnn neurons"),
            both("The newest run on its validation text", "最新训练记录及其验证文本"),
        ),
        (
            same("charnn neurons latest --text novel.txt"),
            both("The same network on another text", "同一网络在另一文本上"),
        ),
    ],
};

pub(super) const PLOT: Page = Page {
    command: "runs plot",
    about: both("Draw curves of runs in the terminal", "在终端里绘制训练曲线"),
    details: both(
        "Each column shows the mean of its steps. Where several curves have no colors (NO_COLOR, or output that \
         is not a terminal), or the locale is not UTF-8, they are drawn with different marks.",
        "每一列显示其中各步的均值。多条曲线没有颜色可用时（NO_COLOR，或输出不是终端），或区域设置不是 UTF-8 时，\
         改用不同的符号绘制。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[NAMES] },
        Group {
            heading: OUTPUT,
            flags: &[
                flag(
                    "metric",
                    "Curve to draw; loss is training and validation loss, of several runs the validation loss",
                    "绘制哪条曲线；loss 为训练损失和验证损失，多个训练记录时为验证损失",
                ),
                flag("by", "Draw it over steps or seconds", "横轴：steps（步）或 seconds（秒）"),
                flag("height", "Rows of the plot", "图的行数"),
                flag("ascii", "Use ASCII characters only", "只使用 ASCII 字符"),
            ],
        },
        Group { heading: OPTIONS, flags: &[RUNS] },
    ],
    examples: &[
        (same("charnn runs plot"), both("The losses of the newest run", "最新训练记录的损失")),
        (
            same("charnn runs plot gru lstm --by seconds"),
            both("Which of two runs learns faster", "两个训练记录中哪个学得更快"),
        ),
    ],
};
