//! The pages of commands about the machine and the shell.

use super::page::{
    ARGUMENTS, DEVICE_MORE, Flag, Group, JSON, NOTHING, OPTIONS, Page, both, flag, same,
};

pub(super) const DEVICES: Page = Page {
    command: "devices",
    about: both("List the devices of this machine", "列出本机的计算设备"),
    details: both(
        "Without a GPU, shows what is missing and how to install it.",
        "没有 GPU 时，说明缺少什么、如何安装。",
    ),
    groups: &[Group {
        heading: OPTIONS,
        flags: &[
            flag(
                "bench",
                "Time training steps of the tutorial network on each device",
                "在各设备上测量教程网络的训练速度",
            ),
            JSON,
        ],
    }],
    examples: &[],
};

pub(super) const DOCTOR: Page = Page {
    command: "doctor",
    about: both(
        "Check that this machine has what charnn needs",
        "检查本机是否具备 charnn 所需的条件",
    ),
    details: both(
        "Trains a small network on each device, compares the results, and writes and removes a test run.",
        "在各设备上训练一个小网络并比较结果，再写入并删除一个测试用的训练记录。",
    ),
    groups: &[Group { heading: OPTIONS, flags: &[JSON] }],
    examples: &[],
};

pub(super) const BENCH: Page = Page {
    command: "bench",
    about: both("Time training and generation on this machine", "测量本机训练和生成的速度"),
    details: NOTHING,
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[flag(
                "work",
                "Workloads to time, such as novel or gen-lstm [default: all]",
                "要测量的任务，例如 novel 或 gen-lstm（默认：全部）",
            )],
        },
        Group {
            heading: OPTIONS,
            flags: &[
                Flag {
                    id: "device",
                    help: both(
                        "Where to train: auto, gpu, cpu, software or ndarray",
                        "训练设备：auto、gpu、cpu、software 或 ndarray",
                    ),
                    more: DEVICE_MORE,
                },
                flag(
                    "steps",
                    "Training steps to time; generation workloads write 500 characters per step",
                    "测量多少个训练步；生成任务每步生成 500 个字符",
                ),
                flag("json", "Print one line of JSON per workload", "每个任务输出一行 JSON"),
            ],
        },
    ],
    examples: &[],
};

pub(super) const COMPLETIONS: Page = Page {
    command: "completions",
    about: both("Print a completion script for a shell", "输出 shell 的补全脚本"),
    details: NOTHING,
    groups: &[Group {
        heading: ARGUMENTS,
        flags: &[flag(
            "shell",
            "bash, elvish, fish, powershell or zsh",
            "bash、elvish、fish、powershell 或 zsh",
        )],
    }],
    examples: &[(
        same("charnn completions bash > ~/.local/share/bash-completion/completions/charnn"),
        both("Install completions for bash", "为 bash 安装补全"),
    )],
};

pub(super) const MAN: Page = Page {
    command: "man",
    about: both("Write the manual pages", "生成手册页"),
    details: NOTHING,
    groups: &[Group {
        heading: ARGUMENTS,
        flags: &[flag(
            "folder",
            "Folder to write to, one page per command [default: print the page of charnn]",
            "写入手册页的文件夹，每个命令一页（默认：输出 charnn 的手册页）",
        )],
    }],
    examples: &[],
};
