//! The pages of `charnn runs`.

use super::page::{
    ARGUMENTS, Both, Flag, Group, JSON, NAMES, NOTHING, OPTIONS, OUTPUT, Page, RUN, RUNS, both,
    flag, same,
};

const FIELDS: Both = both(
    "A field is a metric (step, epoch, seconds, characters, train_loss, val_loss, val_bits_per_character, \
     val_perplexity, best_step, last_val_loss, gradient_norm), a label (name, state, modified, tags, note), or \
     a configuration key such as model.cell. val_loss is the lowest validation loss.",
    "字段可以是指标（step、epoch、seconds、characters、train_loss、val_loss、val_bits_per_character、\
     val_perplexity、best_step、last_val_loss、gradient_norm）、标注（name、state、modified、tags、note），或 \
     model.cell 这样的配置项。val_loss 是最低的验证损失。",
);

const CONDITIONS: Flag = flag(
    "conditions",
    "Only runs with, for example, val_loss<1.5; may be repeated",
    "只选满足条件的训练记录，例如 val_loss<1.5；可重复使用",
)
.more(
    "A condition is a field, a comparison (=, !=, <, <=, >, >= or ~ for \"contains\") and a value. Put it in \
     quotes: shells act on < and >.",
    "条件由字段、比较符（=、!=、<、<=、>、>=，或表示“包含”的 ~）和值组成。请加引号，因为 < 和 > 在 shell \
     中有特殊含义。",
);

const TAG: Flag =
    flag("tag", "Only runs with this tag; may be repeated", "只选带此标签的训练记录；可重复使用");

pub(super) const RUNS_PAGE: Page = Page {
    command: "runs",
    about: both("List, compare, label and clean up runs", "列出、比较、标注和清理训练记录"),
    details: NOTHING,
    groups: &[],
    examples: &[
        (same("charnn runs list"), both("List all runs", "列出所有训练记录")),
        (
            same("charnn runs compare first second"),
            both(
                "Show what differs, and the losses side by side",
                "显示不同之处，并列出各自的损失",
            ),
        ),
        (
            same("charnn generate $(charnn runs best)"),
            both("Generate with the run of lowest validation loss", "用验证损失最低的训练记录生成"),
        ),
    ],
};

pub(super) const LIST: Page = Page {
    command: "runs list",
    about: both("List runs with their metrics", "列出训练记录及其指标"),
    details: FIELDS,
    groups: &[
        Group { heading: OPTIONS, flags: &[CONDITIONS, TAG, RUNS] },
        Group {
            heading: OUTPUT,
            flags: &[
                flag(
                    "sort",
                    "Field to sort by, smallest first [default: the newest run first]",
                    "按此字段从小到大排序（默认：最新的在前）",
                ),
                flag("reverse", "Reverse the order", "反转顺序"),
                flag(
                    "show",
                    "More fields to show, separated by commas",
                    "额外显示的字段，用逗号分隔",
                ),
                flag("json", "Print one line of JSON per run", "每个训练记录输出一行 JSON"),
                flag("csv", "Print all fields as CSV", "以 CSV 输出所有字段"),
            ],
        },
    ],
    examples: &[
        (same("charnn runs list --sort val_loss"), both("The best runs first", "最好的在前")),
        (
            same("charnn runs list --where model.cell=gru --show hidden_size"),
            both("GRU runs with their size", "GRU 训练记录及其大小"),
        ),
        (
            same("charnn runs list --csv > runs.csv"),
            both("A table for a spreadsheet", "供电子表格使用"),
        ),
    ],
};

pub(super) const COMPARE: Page = Page {
    command: "runs compare",
    about: both("Compare settings and losses of runs", "比较训练记录的设置和损失"),
    details: both(
        "Shows the settings that differ and the losses after equal steps, characters and seconds, up to where \
         the shortest run ends. Runs that differ only in train.seed are also shown as a mean with its standard \
         error.",
        "显示不同的设置，以及在相同步数、字符数和秒数时的损失，到最短的训练结束为止。只有 train.seed \
         不同的训练记录还会合并显示均值和标准误差。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[NAMES] },
        Group { heading: OPTIONS, flags: &[RUNS, JSON] },
    ],
    examples: &[(
        same("charnn runs compare gru-1 gru-2 lstm-1 lstm-2"),
        both("Two networks, two seeds each", "两种网络，各两个种子"),
    )],
};

pub(super) const BEST: Page = Page {
    command: "runs best",
    about: both("Print the folder of the best run", "输出最好的训练记录的文件夹"),
    details: FIELDS,
    groups: &[Group {
        heading: OPTIONS,
        flags: &[
            flag("by", "Field to compare", "按哪个字段比较"),
            flag("highest", "Choose the highest value, not the lowest", "选最高值而不是最低值"),
            CONDITIONS,
            TAG,
            RUNS,
            JSON,
        ],
    }],
    examples: &[(
        same("charnn generate $(charnn runs best --tag paper)"),
        both("Generate with the best of the tagged runs", "用带此标签的最好的训练记录生成"),
    )],
};

pub(super) const TAG_PAGE: Page = Page {
    command: "runs tag",
    about: both("Add tags to a run, or remove them", "给训练记录添加或删除标签"),
    details: NOTHING,
    groups: &[
        Group { heading: ARGUMENTS, flags: &[RUN, flag("tags", "Tags", "标签")] },
        Group {
            heading: OPTIONS,
            flags: &[flag("remove", "Remove the tags", "删除这些标签"), RUNS],
        },
    ],
    examples: &[(
        same("charnn runs tag latest paper"),
        both("Tag the newest run", "给最新的训练记录加标签"),
    )],
};

pub(super) const NOTE: Page = Page {
    command: "runs note",
    about: both("Write a note on a run, or print it", "给训练记录写备注，或输出备注"),
    details: NOTHING,
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[
                RUN,
                flag(
                    "note",
                    "The note; \"\" removes it [default: print the note]",
                    "备注内容；\"\" 表示删除（默认：输出备注）",
                ),
            ],
        },
        Group { heading: OPTIONS, flags: &[RUNS] },
    ],
    examples: &[(
        same("charnn runs note latest \"twice the batch size\""),
        both("Write a note", "写备注"),
    )],
};

pub(super) const VERIFY: Page = Page {
    command: "runs verify",
    about: both("Check every file of checkpoints against its hash", "逐个核对检查点文件的哈希值"),
    details: both(
        "Without RUN, verifies all runs. Ends with exit code 5 if anything is damaged.",
        "不给出 RUN 时检查所有训练记录。如有损坏，退出码为 5。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[NAMES] },
        Group {
            heading: OPTIONS,
            flags: &[
                RUNS,
                flag("json", "Print one line of JSON per checkpoint", "每个检查点输出一行 JSON"),
            ],
        },
    ],
    examples: &[(same("charnn runs verify"), both("Verify all runs", "检查所有训练记录"))],
};

pub(super) const RM: Page = Page {
    command: "runs rm",
    about: both("Delete runs, after asking", "删除训练记录（会先询问）"),
    details: NOTHING,
    groups: &[
        Group { heading: ARGUMENTS, flags: &[NAMES] },
        Group {
            heading: OPTIONS,
            flags: &[flag("yes", "Delete without asking", "不询问，直接删除"), RUNS],
        },
    ],
    examples: &[(same("charnn runs rm first second"), both("Delete two runs", "删除两个训练记录"))],
};

pub(super) const GC: Page = Page {
    command: "runs gc",
    about: both(
        "Delete what interrupted processes left, and old checkpoints",
        "删除中断的进程留下的文件和旧检查点",
    ),
    details: both(
        "Without --keep-last, checkpoints stay. Runs in training are left alone.",
        "不给出 --keep-last 时保留所有检查点。正在训练的记录不受影响。",
    ),
    groups: &[Group {
        heading: OPTIONS,
        flags: &[
            flag(
                "keep_last",
                "Keep this many of each run's newest checkpoints, and the best",
                "每个训练记录保留最新的这么多个检查点以及最佳检查点",
            ),
            flag("dry_run", "Only show what would be deleted", "只显示将要删除的内容"),
            RUNS,
        ],
    }],
    examples: &[(
        same("charnn runs gc --keep-last 1 --dry-run"),
        both("What one checkpoint per run would free", "看看每个记录只留一个检查点能腾出多少空间"),
    )],
};
