//! Help pages: the flags are clap's, the words those of `messages::help`, in the language and the width of
//! the terminal. `-h` shows a line for each flag, `--help` everything.

use crate::messages::help::{Both, GLOBAL, Group, PAGES, Page};
use crate::training;
use anstyle::{AnsiColor, Style};
use charnn_message::{Language, Text, text, wrap};
use clap::builder::Resettable;
use clap::{Arg, ArgAction, Command};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// Wider lines are hard to read.
const MOST_COLUMNS: usize = 100;
/// A flag that is wider has its help on the next line.
const WIDEST_FLAG: usize = 30;
/// Columns before the help of a flag on a line of its own.
const BELOW: usize = 10;

/// How help pages look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) language: Language,
    /// Columns of the terminal, if there is one.
    pub(crate) width: Option<usize>,
    /// Whether everything is shown: `--help`, not `-h`.
    pub(crate) long: bool,
}

impl Look {
    fn width(self) -> usize {
        self.width.unwrap_or(MOST_COLUMNS).min(MOST_COLUMNS)
    }
}

/// `command` with the words and pages of `look`, its subcommands too.
pub(crate) fn translated(mut command: Command, look: Look) -> Command {
    command.build(); // clap adds its flags for help and the version
    dressed(command, "", look)
}

fn dressed(command: Command, path: &str, look: Look) -> Command {
    let Some(page) = PAGES.iter().find(|page| page.command == path) else {
        return match path {
            "help" => command.about(help_command().in_language(look.language).to_owned()),
            _ => command,
        };
    };
    let command = command.mut_args(|argument| described(argument, page, look.language));
    let command = command.about(about(page, look.language)).mut_subcommands(|command| {
        let path = format!("{path} {}", command.get_name());
        dressed(command, path.trim_start(), look)
    });
    let rendered = render(&command, page, look);
    command.override_help(rendered)
}

/// Commands that a build without training lacks.
const TRAINING: [&str; 5] = ["train", "resume", "sweep", "init", "bench"];

fn is_missing(page: &Page) -> bool {
    let plays = cfg!(feature = "play") || page.command != "play";
    let serves = cfg!(feature = "serve") || page.command != "serve";
    !plays || !serves || (!training::IS_BUILT && TRAINING.contains(&page.command))
}

/// What the command does, in one line.
fn about(page: &Page, language: Language) -> String {
    let about = page.about.in_language(language).to_owned();
    if is_missing(page) {
        let note = text!(en: " (not in this build)", zh: "（此版本不包含）");
        return about + note.in_language(language);
    }
    about
}

fn help_command() -> Text {
    text!(en: "Show help for a command", zh: "显示某个命令的帮助")
}

/// `argument` with its words, for shells and manual pages.
fn described(argument: Arg, page: &Page, language: Language) -> Arg {
    let program = PAGES[0];
    let groups = page.groups.iter().chain(program.groups);
    let mut flags = groups.flat_map(|group| group.flags);
    let Some(flag) = flags.find(|flag| argument.get_id() == flag.id) else { return argument };
    let (help, more) = (flag.help.in_language(language), flag.more.in_language(language));
    let argument = argument.help(help).long_help(Resettable::Reset);
    if more.is_empty() { argument } else { argument.long_help(format!("{help}\n\n{more}")) }
}

/// The text of a page, with ANSI colors.
fn render(command: &Command, page: &Page, look: Look) -> String {
    let mut out = String::new();
    let language = look.language;
    let line = |out: &mut String, text: &str| {
        let _ = writeln!(out, "{}", wrap(text, Some(look.width()), 0, ""));
    };
    line(&mut out, &about(page, language));
    let details = page.details.in_language(language);
    if look.long && !details.is_empty() && !is_missing(page) {
        line(&mut out, &format!("\n{details}"));
    }
    let heading = text!(en: "Usage:", zh: "用法：");
    let gap = if language == Language::English { " " } else { "" };
    let (bold, literal) = (heading_style(), literal_style());
    let usage = format!("{literal}{}{literal:#}{}", path(page), usage(command, page));
    let _ = writeln!(out, "\n{bold}{}{bold:#}{gap}{usage}", heading.in_language(language));
    commands(&mut out, command, page, look);
    let (globals, own): (Vec<&Group>, Vec<&Group>) = match page.command {
        "" => (page.groups.iter().collect(), vec![]),
        _ => (vec![], page.groups.iter().collect()),
    };
    for group in own.into_iter().chain(globals) {
        flags(&mut out, command, page, group, look);
    }
    examples(&mut out, page, look);
    let more = match (page.command, look.long) {
        ("", _) => text!(
            en: "`charnn COMMAND --help` describes a command.",
            zh: "`charnn COMMAND --help` 显示某个命令的详细帮助。"
        ),
        (_, true) => text!(
            en: "Global options (--color, --lang, --quiet) are described by `charnn --help`.",
            zh: "全局选项（--color、--lang、--quiet）见 `charnn --help`。"
        ),
        (_, false) => text!(
            en: "`--help` shows more; `charnn --help` describes --color, --lang and --quiet.",
            zh: "`--help` 显示更多内容；--color、--lang 和 --quiet 见 `charnn --help`。"
        ),
    };
    line(&mut out, &format!("\n{}", more.in_language(language)));
    out
}

fn path(page: &Page) -> String {
    format!("charnn {}", page.command).trim_end().to_owned()
}

/// What follows the words of the command.
fn usage(command: &Command, page: &Page) -> String {
    let own = || command.get_arguments().filter(|it| !GLOBAL.contains(&it.get_id().as_str()));
    let mut out = String::new();
    for argument in own().filter(|it| !it.is_positional() && it.is_required_set()) {
        let spec = spec(argument);
        let long = spec.find("--").map_or(&*spec, |start| &spec[start..]);
        let _ = write!(out, " {long}");
    }
    let has_options = own().any(|it| !it.is_positional() && !it.is_required_set());
    if has_options || page.command.is_empty() {
        out += " [OPTIONS]";
    }
    for argument in own().filter(|it| it.is_positional()) {
        let _ = write!(out, " {}", spec(argument));
    }
    if command.get_subcommands().next().is_some() {
        out += " <COMMAND>";
    }
    out
}

/// A flag with its value: `-s, --set <KEY=VALUE>`, or an argument: `[TEXT]...`.
fn spec(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let names: Vec<&str> = names.iter().map(clap::builder::Str::as_str).collect();
    let name = match names[..] {
        [] => argument.get_id().as_str().to_uppercase(),
        _ => names.join(" "),
    };
    if argument.is_positional() {
        let many = argument.get_num_args().is_some_and(|range| range.max_values() > 1);
        let dots = if many { "..." } else { "" };
        return if argument.is_required_set() {
            format!("<{name}>{dots}")
        } else {
            format!("[{name}]{dots}")
        };
    }
    let short = argument.get_short().map_or("    ".into(), |short| format!("-{short}, "));
    let long = argument.get_long().unwrap_or_default();
    if takes_value(argument) {
        format!("{short}--{long} <{name}>")
    } else {
        format!("{short}--{long}")
    }
}

fn takes_value(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Set | ArgAction::Append)
}

fn commands(out: &mut String, command: &Command, page: &Page, look: Look) {
    let mut rows: Vec<(String, String)> = Vec::new();
    for command in command.get_subcommands() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        // clap's own `help` of a group of commands says the same as `--help`.
        if command.get_name() != "help" || page.command.is_empty() {
            rows.push((command.get_name().to_owned(), about));
        }
    }
    if rows.is_empty() {
        return;
    }
    heading(out, &text!(en: "Commands:", zh: "命令："), look.language);
    table(out, &rows, look);
}

fn flags(out: &mut String, command: &Command, page: &Page, group: &Group, look: Look) {
    let title = group.heading.in_language(look.language);
    heading(out, &text!(en: "{title}:", zh: "{title}："), look.language);
    let mut rows = Vec::new();
    for flag in group.flags {
        let Some(argument) = command.get_arguments().find(|it| it.get_id() == flag.id) else {
            continue;
        };
        let help = flag.help.in_language(look.language).to_owned() + &default(argument, look);
        rows.push((spec(argument), help, flag.more));
    }
    if !look.long {
        let rows: Vec<_> = rows.into_iter().map(|(spec, help, _)| (spec, help)).collect();
        let widest = widest_flag(command, page);
        return table_of(out, &rows, widest, look);
    }
    let indent = " ".repeat(BELOW);
    for (at, (spec, help, more)) in rows.into_iter().enumerate() {
        let gap = if at > 0 { "\n" } else { "" };
        let style = literal_style();
        let _ = writeln!(out, "{gap}  {style}{spec}{style:#}");
        let mut paragraph = |text: &str| {
            let _ = writeln!(out, "{indent}{}", wrap(text, Some(look.width()), BELOW, &indent));
        };
        paragraph(&help);
        let more: Both = more;
        if !more.in_language(look.language).is_empty() {
            paragraph(more.in_language(look.language));
        }
    }
}

/// The default that clap knows.
fn default(argument: &Arg, look: Look) -> String {
    match argument.get_default_values() {
        [default] if takes_value(argument) => {
            let default = default.to_string_lossy();
            let text = text!(en: " [default: {default}]", zh: "（默认：{default}）");
            text.in_language(look.language).to_owned()
        }
        _ => String::new(),
    }
}

/// The column at which the help of flags begins is the same in all groups.
fn widest_flag(command: &Command, page: &Page) -> usize {
    let flags = page.groups.iter().flat_map(|group| group.flags);
    let of = |id: &str| command.get_arguments().find(|argument| argument.get_id() == id);
    let widths = flags.filter_map(|flag| of(flag.id)).map(|argument| spec(argument).width());
    widths.filter(|width| *width <= WIDEST_FLAG).max().unwrap_or(0)
}

fn examples(out: &mut String, page: &Page, look: Look) {
    if page.examples.is_empty() {
        return;
    }
    heading(out, &text!(en: "Examples:", zh: "示例："), look.language);
    let examples = page.examples.iter();
    let rows: Vec<(String, String)> = examples
        .map(|(command, what)| {
            let (command, what) =
                (command.in_language(look.language), what.in_language(look.language));
            (command.to_owned(), what.to_owned())
        })
        .collect();
    let style = literal_style();
    for (command, what) in rows {
        let _ = writeln!(out, "  {}", wrap(&what, Some(look.width()), 2, "  "));
        let _ = writeln!(out, "      {style}{command}{style:#}");
    }
}

fn table(out: &mut String, rows: &[(String, String)], look: Look) {
    let widest = rows.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    table_of(out, rows, widest, look);
}

/// Two columns, the first as wide as `widest`, or the second on the next line.
fn table_of(out: &mut String, rows: &[(String, String)], widest: usize, look: Look) {
    let style = literal_style();
    let narrow = look.width() < widest + 40;
    let column = if narrow { BELOW } else { widest + 4 };
    let indent = " ".repeat(column);
    for (name, help) in rows {
        let help = wrap(help, Some(look.width()), column, &indent);
        if narrow || name.width() > widest {
            let _ = writeln!(out, "  {style}{name}{style:#}\n{indent}{help}");
        } else {
            let gap = " ".repeat(widest - name.width() + 2);
            let _ = writeln!(out, "  {style}{name}{style:#}{gap}{help}");
        }
    }
}

fn heading(out: &mut String, text: &Text, language: Language) {
    let style = heading_style();
    let _ = writeln!(out, "\n{style}{}{style:#}", text.in_language(language));
}

fn heading_style() -> Style {
    AnsiColor::Green.on_default().bold()
}

fn literal_style() -> Style {
    AnsiColor::Cyan.on_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Arguments;
    use clap::CommandFactory;
    use std::collections::BTreeSet;

    fn ids(page: &Page) -> BTreeSet<&str> {
        page.groups.iter().flat_map(|group| group.flags).map(|flag| flag.id).collect()
    }

    /// Every command with its path.
    fn all(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
        found.push((path.to_owned(), command.clone()));
        for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
            all(command, format!("{path} {}", command.get_name()).trim_start(), found);
        }
    }

    #[test]
    fn every_command_and_every_flag_has_its_words_and_none_is_dead() {
        let mut command = Arguments::command();
        command.build();
        let mut commands = Vec::new();
        all(&command, "", &mut commands);
        let there: BTreeSet<&str> = commands.iter().map(|(path, _)| path.as_str()).collect();
        let described: BTreeSet<&str> = PAGES.iter().map(|page| page.command).collect();
        assert_eq!(there, described);
        for (path, command) in &commands {
            let page = PAGES.iter().find(|page| page.command == *path).expect("as above");
            let arguments = command.get_arguments().map(|argument| argument.get_id().as_str());
            let own: BTreeSet<&str> =
                arguments.filter(|id| path.is_empty() || !GLOBAL.contains(id)).collect();
            assert_eq!(own, ids(page), "{path}");
        }
    }

    #[test]
    fn lines_fit_the_terminal_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            for (width, long) in [(80, false), (80, true), (60, false), (120, true)] {
                let look = Look { language, width: Some(width), long };
                let command = translated(Arguments::command(), look);
                let mut commands = Vec::new();
                all(&command, "", &mut commands);
                for (path, command) in commands {
                    let page = PAGES.iter().find(|page| page.command == path).expect("a page");
                    let text = render(&command, page, look);
                    let text = anstream::adapter::strip_str(&text).to_string();
                    // Commands are there to be copied: they stay on one line.
                    let lines = text.lines().filter(|line| !line.starts_with("      charnn "));
                    let usage = ["Usage:", "用法："];
                    let lines = lines.filter(|line| !usage.iter().any(|it| line.starts_with(it)));
                    for line in lines {
                        let most = width.min(MOST_COLUMNS);
                        assert!(line.width() <= most, "{path} at {width}: {line}");
                    }
                }
            }
        }
    }
}
