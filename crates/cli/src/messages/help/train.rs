//! The pages of `charnn train`, `charnn resume` and `charnn sweep`.

use super::page::{
    ARGUMENTS, DEVICE_MORE, ENCODING, EVENTS, Flag, Group, MAX_BYTES, ON_MALFORMED, ON_MIXED,
    OUTPUT, PAUSE, PROGRESS, Page, RUN, RUNS, TEXT, TRAINING_DEVICE_MORE, both, flag, same,
};

pub(super) const TRAIN: Page = Page {
    command: "train",
    about: both("Train a network on a text", "用文本训练网络"),
    details: both(
        "Reads a text, trains a network and writes a run: a folder with the configuration, checkpoints, \
         metrics and samples. Ctrl-C finishes the current step, saves and stops; `charnn resume` continues.\n\n\
         Precedence of settings, lowest to highest: defaults, configuration file, CHARNN_ environment \
         variables, --set, other flags.\n\n\
         Shells start background jobs of scripts (`charnn train &`) with Ctrl-C ignored; stop such a run \
         with `kill`.",
        "读取文本，训练网络，并写入训练记录：包含配置、检查点、指标和生成示例的文件夹。按 Ctrl-C \
         会在当前步完成后停止并保存；用 `charnn resume` 继续。\n\n\
         设置的优先级从低到高：默认值、配置文件、以 CHARNN_ 开头的环境变量、--set、其他选项。\n\n\
         在脚本中用 `charnn train &` 启动的后台任务会忽略 Ctrl-C（shell 的规定），请用 `kill` 停止。",
    ),
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[flag(
                "sources",
                "A configuration (*.toml), or texts, folders and patterns [default: built-in tales]",
                "配置文件（*.toml），或若干文本、文件夹和通配符（默认：内置的童话）",
            )
            .more(
                "Each text is one document; the hidden state is reset between documents. - reads standard \
                 input. builtin:NAME is a built-in text (tales, tales-zh, given-names) or configuration (such as \
                 shakespeare-5s).",
                "每个文本是一篇文档，文档之间会重置隐藏状态。- 表示标准输入。builtin:NAME 是内置的文本（tales、\
                 tales-zh、given-names）或配置（例如 shakespeare-5s）。",
            )],
        },
        Group {
            heading: TEXT,
            flags: &[
                ENCODING,
                ON_MALFORMED,
                ON_MIXED,
                MAX_BYTES,
            ],
        },
        Group {
            heading: both("Training", "训练"),
            flags: &[
                flag(
                    "set",
                    "Set a configuration key, such as train.epochs=3; repeatable",
                    "设置一个配置项，例如 train.epochs=3；可重复使用",
                )
                .more(
                    "`charnn config explain train` lists the keys of a table.",
                    "`charnn config explain train` 列出一个配置表中的所有配置项。",
                ),
                Flag {
                    id: "device",
                    help: both(
                        "Where to train: auto, gpu, gpu:NUMBER, gpu:NAME, cpu, software or ndarray [default: auto]",
                        "训练设备：auto、gpu、gpu:编号、gpu:名称、cpu、software 或 ndarray（默认：auto）",
                    ),
                    more: TRAINING_DEVICE_MORE,
                },
                flag(
                    "init_from",
                    "Start from the network of another run",
                    "从另一个训练记录的网络开始训练",
                )
                .more(
                    "Keeps the size of that network and adds the characters that it does not know.",
                    "网络的大小不变，不认识的字符会加入词表。",
                ),
                flag(
                    "name",
                    "Name of the run [default: name of the text or configuration, and the time]",
                    "训练记录的名称（默认：文本或配置的名称加时间）",
                ),
                flag(
                    "dry_run",
                    "Estimate memory, disk and time from a few steps; write no run",
                    "试跑几步，估计所需的内存、磁盘和时间，不写入训练记录",
                ),
                flag(
                    "ranks",
                    "With --dry-run: estimate a step on N machines like this one, started by mpiexec",
                    "与 --dry-run 合用：估计由 mpiexec 在 N 台这样的机器上启动时每步的时间",
                ),
                flag(
                    "network",
                    "With --ranks: the network between them",
                    "与 --ranks 合用：机器之间的网络",
                ),
                flag(
                    "init_only",
                    "Save the initial weights as a run and exit; `charnn resume` trains it",
                    "只保存初始权重，不训练；之后用 `charnn resume` 训练",
                ),
                flag(
                    "overfit",
                    "Check that the network can overfit the first N batches; write no run",
                    "检查网络能否过拟合前 N 个批次，不写入训练记录",
                )
                .more(
                    "Settings that cannot memorize one batch cannot learn a text.",
                    "连一个批次都无法过拟合的设置，也学不会整个文本。",
                ),
            ],
        },
        Group { heading: OUTPUT, flags: &[PROGRESS, EVENTS, PAUSE] },
    ],
    examples: &[
        (same("charnn train novel.txt"), both("Train on a text", "用一个文本训练")),
        (
            same("charnn train poems/ novel.txt"),
            both("Train on a folder and a text", "用一个文件夹和一个文本训练"),
        ),
        (
            same("charnn train novel.txt --set train.epochs=20"),
            both("Train longer", "训练更多轮"),
        ),
        (same("charnn train exp.toml"), both("Use a configuration file", "使用配置文件")),
        (
            same("charnn train new.txt --init-from latest"),
            both("Continue training on another text", "换一个文本继续训练"),
        ),
    ],
};

pub(super) const RESUME: Page = Page {
    command: "resume",
    about: both("Resume a stopped run", "继续中断的训练"),
    details: both(
        "Continues from the newest checkpoint. On the same kind of CPU, the result is bit-identical to that of \
         an uninterrupted run.",
        "从最新的检查点继续。在同一种 CPU 上，结果与不中断的训练逐位相同。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[RUN] },
        Group {
            heading: both("Training", "训练"),
            flags: &[
                flag(
                    "set",
                    "Set a key that may change on resume, such as train.epochs=20; repeatable",
                    "设置继续训练时可以更改的配置项，例如 train.epochs=20；可重复使用",
                ),
                Flag {
                    id: "device",
                    help: both(
                        "Where to train: auto, gpu, gpu:NUMBER, gpu:NAME, cpu, software or ndarray [default: as before]",
                        "训练设备：auto、gpu、gpu:编号、gpu:名称、cpu、software 或 ndarray（默认：与之前相同）",
                    ),
                    more: TRAINING_DEVICE_MORE,
                },
                RUNS,
            ],
        },
        Group { heading: OUTPUT, flags: &[PROGRESS, EVENTS, PAUSE] },
    ],
    examples: &[
        (same("charnn resume"), both("Resume the newest run", "继续最新的训练")),
        (same("charnn resume runs/novel --set train.epochs=20"), both("Train longer", "延长训练")),
    ],
};

pub(super) const SWEEP: Page = Page {
    command: "sweep",
    about: both("Train once for each combination of settings", "对每一组设置各训练一次"),
    details: both(
        "Lists make a grid: every combination is trained. With --points, that many combinations are drawn at random. \
         Each training is an ordinary run, NAME-1, NAME-2 and so on; the table shows the best first. The same command \
         continues a sweep that was stopped or killed, and repeats nothing.",
        "列表构成网格：每种组合都会训练。指定 --points 时，随机抽取相应数量的组合。每次训练都是普通的训练记录（NAME-1、\
         NAME-2……），结果表中最好的在前。被中断的扫描，用同一条命令即可继续，已完成的训练不会重复。",
    ),
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[flag(
                "sources",
                "A sweep file (*.toml with a table [set]), or a configuration or texts, as for `charnn train` \
                 [default: built-in tales]",
                "扫描文件（含 [set] 表的 *.toml），或者与 `charnn train` 相同的配置文件或文本（默认：内置的童话）",
            )
            .more(
                "A sweep file holds sources, the flags below and [set], a table of keys with their values. Flags win.",
                "扫描文件包含 sources、以下各选项，以及 [set] 表（配置项及其取值）。命令行选项优先。",
            )],
        },
        Group {
            heading: both("Settings", "设置"),
            flags: &[
                flag(
                    "set",
                    "A key with its values: KEY=[A, B], KEY=uniform(A, B) or KEY=log(A, B); repeatable",
                    "配置项及其取值：KEY=[A, B]、KEY=uniform(A, B) 或 KEY=log(A, B)；可重复使用",
                )
                .more(
                    "uniform and log draw random numbers and need --points. A single value holds for every training.",
                    "uniform 和 log 取随机数，需要 --points。单个值对所有训练生效。",
                ),
                flag("points", "Draw N combinations at random", "随机抽取 N 个组合"),
                flag(
                    "sobol",
                    "With --points: cover the ranges evenly, by a Sobol sequence",
                    "与 --points 合用：用 Sobol 序列均匀覆盖取值范围",
                ),
                flag(
                    "seeds",
                    "Train each combination with N seeds; the table shows mean and standard error [default: 1]",
                    "每个组合用 N 个随机种子各训练一次；结果表显示均值和标准误差（默认：1）",
                ),
                flag("seed", "Seed of the random combinations [default: 1]", "随机抽取组合所用的种子（默认：1）"),
                flag(
                    "halving",
                    "Stop unpromising trainings early: compare them after STEPS steps",
                    "提前停止没有希望的训练：在 STEPS 步后比较",
                )
                .more(
                    "Asynchronous successive halving: the best third of the trainings continues to three times as many \
                     steps, the best third of these to nine times as many, and so on. All others pause; `charnn resume` \
                     continues them. Sets eval.every_steps.",
                    "异步连续减半（ASHA）：最好的三分之一继续训练到三倍步数，其中最好的三分之一再到九倍，依此类推。其余\
                     训练暂停，可用 `charnn resume` 继续。此选项会设置 eval.every_steps。",
                ),
                flag(
                    "reduction",
                    "With --halving: one of N trainings continues, to N times as many steps [default: 3]",
                    "与 --halving 合用：每 N 个训练中有一个继续，步数为原来的 N 倍（默认：3）",
                ),
                Flag {
                    id: "device",
                    help: both(
                        "Where to train: auto, gpu, cpu, software or ndarray",
                        "训练设备：auto、gpu、cpu、software 或 ndarray",
                    ),
                    more: DEVICE_MORE,
                },
            ],
        },
        Group {
            heading: OUTPUT,
            flags: &[
                flag(
                    "jobs",
                    "Trainings at the same time; they share the cores [default: 1]",
                    "同时进行的训练数；各训练平分 CPU 核（默认：1）",
                ),
                flag("name", "Name of the sweep and its runs [default: sweep]", "扫描及其训练记录的名称（默认：sweep）"),
                flag(
                    "slurm",
                    "Print a script for `sbatch` that makes each training as a job of an array",
                    "输出供 `sbatch` 使用的脚本，作业数组中的每个作业进行一次训练",
                )
                .more(
                    "`charnn sweep collect`, followed by the same arguments, shows the results.",
                    "`charnn sweep collect` 加上相同的参数即可查看结果。",
                ),
                flag(
                    "task",
                    "Make only training N of the sweep, counted from 1: for jobs of other programs",
                    "只进行第 N 次训练（从 1 数起），供其他程序的作业使用",
                ),
                flag(
                    "dry_run",
                    "List the combinations and estimate what they cost, without training",
                    "列出各组合并估计总的开销，不训练",
                ),
                flag(
                    "json",
                    "Print one line of JSON per combination",
                    "每个组合输出一行 JSON",
                ),
            ],
        },
    ],
    examples: &[
        (
            same("charnn sweep novel.txt --set 'model.hidden_size=[128, 256]' --set 'model.cell=[gru, lstm]'"),
            both("Compare four networks", "比较四个网络"),
        ),
        (
            same("charnn sweep novel.toml --set 'train.learning_rate=log(0.001, 0.02)' --points 12 --seeds 2"),
            both("Search for a learning rate", "寻找合适的学习率"),
        ),
        (
            same("charnn sweep novel.toml --set 'train.learning_rate=log(0.001, 0.02)' --points 27 --halving 200"),
            both("Search wider, and stop the worse trainings early", "扩大搜索范围，并提前停止较差的训练"),
        ),
    ],
};
