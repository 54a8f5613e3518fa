//! `--help` in Chinese, of the program and of the commands that a newcomer meets. The flags are clap's;
//! only what is said of them stands here.

use clap::builder::{PossibleValue, Resettable};
use clap::{Arg, ArgAction, Command};

const ABOUT: &str = "用任意文本训练字符级循环神经网络，并生成新文本";

const COMMANDS: [(&str, &str); 13] = [
    ("train", "用文本训练网络"),
    ("resume", "继续上次中断的训练，就像没有停过一样"),
    ("generate", "用训练好的网络生成文本"),
    ("evaluate", "用网络没见过的文本评估它"),
    ("init", "为文本写一份配置，供修改和训练"),
    ("config", "查看配置：哪些值有效，哪里有误，某个键有何作用"),
    ("data", "在训练之前查看文本"),
    ("devices", "列出本机的设备"),
    ("doctor", "检查 charnn 所需的一切是否可用"),
    ("bench", "测量本机训练和生成文本的速度"),
    ("completions", "输出命令行补全脚本"),
    ("man", "生成手册页，或输出第一页"),
    ("help", "显示本帮助或某个命令的帮助"),
];

const EXAMPLES: &str = "\
示例：
  charnn train                        学习程序自带的童话
  charnn train novel.txt              学习您自己的文本
  charnn init --data novel.txt        为它写一份配置：charnn.toml
  charnn train charnn.toml            按配置文件做实验
  charnn resume latest                继续上次中断的训练
  charnn generate latest --prompt \"从前\"";

/// Flags of every command.
const EVERYWHERE: [(&str, &str); 5] = [
    ("color", "标准错误是否用颜色；auto 由终端和环境变量决定"),
    ("lang", "消息和帮助的语言（默认：随系统）"),
    ("quiet", "只显示警告和错误"),
    ("help", "显示帮助"),
    ("version", "显示版本"),
];

const TRAIN: [(&str, &str); 12] = [
    ("sources", "配置（*.toml），或若干文本、文本文件夹和文件名模式；不给则运行内置的快速入门"),
    ("encoding", "文本的编码，例如 gb18030、big5 或 utf-16le（默认：自动识别）"),
    ("on_malformed", "如何处理不构成字符的字节：replace（替换）、skip（略去）或 error（报错）"),
    ("max_bytes", "最多读取多少字节，按 .gz 解压后计（默认：2 GiB）"),
    ("set", "更改配置中的一个键，例如 train.epochs=3；可以重复使用"),
    ("device", "在哪里训练：auto、gpu、cpu、software 或 ndarray"),
    ("init_from", "从另一个运行的网络开始：已学到的保留，并加入新字符"),
    ("name", "运行在 runs/ 下的名字（默认：配置名加日期和时间）"),
    ("dry_run", "实际试走五步，说明需要多少内存、磁盘和时间；不留下训练目录"),
    ("overfit", "把前 N 批数据背下来，不留下训练目录：连这都做不到，就什么也学不会"),
    ("progress", "进度条（bar）、隔一会儿一行（lines）或不显示（none）；auto 看是否在终端里"),
    ("json", "每发生一件事，就向标准输出写一行 JSON"),
];

const RESUME: [(&str, &str); 6] = [
    ("run", "运行文件夹、运行的名字，或 latest（最新的）"),
    ("set", "更改何时结束或显示什么，例如 train.epochs=20；可以重复使用"),
    ("device", "在哪里继续训练：auto、gpu、cpu、software 或 ndarray"),
    ("progress", "进度条（bar）、隔一会儿一行（lines）或不显示（none）；auto 看是否在终端里"),
    ("json", "每发生一件事，就向标准输出写一行 JSON"),
    ("runs", "存放所有运行的文件夹"),
];

const GENERATE: [(&str, &str); 17] = [
    ("run", "运行文件夹、运行的名字，或 latest（最新的）"),
    ("checkpoint", "用哪个网络：best（最好的）、last（最后的）或某个检查点的步数"),
    ("prompt", "文本的开头（默认：运行的 sample.prompt）"),
    (
        "on_unknown",
        "网络不认识的提示字符：error（报错）、skip（略去）或 unk（读作未知符号，如果网络有的话）",
    ),
    ("length", "在提示之后生成多少个字符，最多 10,000,000 个（默认：运行的 sample.length）"),
    ("count", "生成几段文本，各用各的随机数；无论 N 是多少，第 i 段都一样"),
    ("separator", "两段文本之间的一行"),
    ("json", "每段文本一行 JSON，含序号、种子、提示和文本"),
    ("greedy", "总是选最可能的字符；等同于 --temperature 0"),
    ("temperature", "小于 1 求稳，大于 1 冒险（默认：运行的 sample.temperature）"),
    ("top_k", "只在最可能的 K 个字符中选；0 表示全部"),
    ("top_p", "只在概率合计达到 P 的最可能的字符中选"),
    ("window", "每生成一个字符都重新读最后 N 个字符；0 表示沿用状态（默认：运行的 sample.window）"),
    ("seed", "同一个种子生成同样的文本（默认：随机，并显示出来）"),
    ("precision", "bf16 把权重舍入到 8 位尾数，只用于 CPU：少量文本可快至两倍，内容可能不同"),
    ("device", "在哪里计算。默认用 CPU：从 GPU 逐个读回字符比算出它还慢"),
    ("runs", "存放所有运行的文件夹"),
];

/// The commands whose help is Chinese, with what is said of their arguments.
const PAGES: [(&str, &[(&str, &str)]); 3] =
    [("train", &TRAIN), ("resume", &RESUME), ("generate", &GENERATE)];

/// `command` with its help in Chinese.
pub(crate) fn translated(mut command: Command) -> Command {
    command.build(); // only now are the flags for help there
    let command = page(command, &[]).about(ABOUT).after_help(EXAMPLES);
    command.mut_subcommands(|command| {
        let name = command.get_name();
        let about = COMMANDS.iter().find(|(known, _)| *known == name);
        let arguments = PAGES.iter().find(|(known, _)| *known == name);
        let command = match arguments {
            Some((_, arguments)) => page(command, arguments),
            None => english(command),
        };
        match about {
            Some((_, about)) => command.about(*about),
            None => command,
        }
    })
}

/// A command whose page stays English as a whole, whatever is said of it in the list of commands.
fn english(command: Command) -> Command {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    command.help_template(format!(
        "{about}\n\n{{usage-heading}} {{usage}}\n\n{{all-args}}{{after-help}}"
    ))
}

/// A command with what is said of its `own` arguments and those of all commands.
fn page(command: Command, own: &[(&str, &'static str)]) -> Command {
    let header = *command.get_styles().get_header();
    let part = |heading, what| format!("\n\n{header}{heading}{header:#}{what}");
    let template = [
        "{about}".into(),
        part("用法：", "{usage}"),
        match command.get_subcommands().next() {
            Some(_) => part("命令：", "\n{subcommands}"),
            None => part("参数：", "\n{positionals}"),
        },
        part("选项：", "\n{options}"),
        "{after-help}".into(),
    ];
    let command = command.mut_args(|argument| {
        let said = own.iter().chain(&EVERYWHERE).find(|(known, _)| argument.get_id() == known);
        match said {
            Some((_, said)) => said_of(argument, said),
            None => argument,
        }
    });
    command.help_template(template.concat())
}

/// An argument with its help, and with what clap would add to it in English.
fn said_of(argument: Arg, said: &str) -> Arg {
    let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let values = argument.get_possible_values();
    let values: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    let choice = match values[..] {
        [_, ..] if takes_value => format!("（可选：{}）", values.join("、")),
        _ => String::new(),
    };
    let default = match argument.get_default_values() {
        [default] if takes_value => format!("（默认：{}）", default.to_string_lossy()),
        _ => String::new(),
    };
    let said = [said, &choice, &default].concat();
    let argument = argument.help(said).long_help(Resettable::Reset);
    argument.hide_possible_values(true).hide_default_value(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Arguments;
    use clap::CommandFactory;
    use std::collections::BTreeSet;

    fn built() -> Command {
        let mut command = Arguments::command();
        command.build();
        command
    }

    fn names<'a>(all: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
        all.collect()
    }

    #[test]
    fn every_command_has_its_chinese_and_none_is_dead() {
        let command = built();
        let there = names(command.get_subcommands().map(Command::get_name));
        assert_eq!(there, names(COMMANDS.iter().map(|(name, _)| *name)));
    }

    #[test]
    fn every_flag_has_its_chinese_and_none_is_dead() {
        let command = built();
        let everywhere = names(EVERYWHERE.iter().map(|(name, _)| *name));
        let there = names(command.get_arguments().map(|it| it.get_id().as_str()));
        assert_eq!(there, everywhere);
        for (name, own) in PAGES {
            let command = command.find_subcommand(name).expect(name);
            let there = names(command.get_arguments().map(|it| it.get_id().as_str()));
            let own = names(own.iter().map(|(name, _)| *name));
            assert_eq!(there.difference(&everywhere).copied().collect::<BTreeSet<_>>(), own);
        }
    }

    #[test]
    fn nothing_that_clap_says_itself_is_left() {
        let mut command = translated(Arguments::command());
        for name in ["", "train", "resume", "generate"] {
            let command = command.find_subcommand_mut(name);
            let mut page = command.cloned().unwrap_or_else(|| translated(Arguments::command()));
            for help in [page.render_help(), page.render_long_help()] {
                let help = help.to_string();
                for word in
                    ["Usage", "Options", "Arguments", "Commands", "Print", "default", "possible"]
                {
                    assert!(!help.contains(word), "{word} in: {help}");
                }
            }
        }
    }
}
