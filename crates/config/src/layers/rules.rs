//! Rules that the range of one key cannot express: names with a form, and values that contradict each
//! other.

use crate::{Predict, RunConfig, SplitKind};
use charnn_message::{Text, text};

/// A broken rule.
pub(crate) struct Finding {
    /// Stable name of the rule.
    pub(crate) code: &'static str,
    /// The key where it is best fixed, then the others that take part.
    pub(crate) keys: Vec<&'static str>,
    /// What is wrong, naming all keys.
    pub(crate) message: Text,
    /// What to do.
    pub(crate) hint: Text,
}

/// File systems take 255 bytes, and date and time are added.
const MOST_NAME_BYTES: usize = 200;

/// Every rule that `config` breaks.
pub(crate) fn findings(config: &RunConfig) -> Vec<Finding> {
    let RunConfig { data, model, train, run, .. } = config;
    let mut found = Vec::new();
    let mut rule = |code, holds: bool, keys: &[&'static str], message: Text, hint: Text| {
        if !holds {
            found.push(Finding { code, keys: keys.to_vec(), message, hint });
        }
    };
    rule(
        "config/no-text",
        !data.path.is_empty(),
        &["data.path"],
        text!(en: "data.path is empty", zh: "data.path 为空"),
        text!(
            en: "set it to a text: path = \"novel.txt\" below [data]",
            zh: "请指定文本：在 [data] 下写 path = \"novel.txt\""
        ),
    );
    rule(
        "config/no-run-root",
        !run.root.is_empty(),
        &["run.root"],
        text!(en: "run.root is empty", zh: "run.root 为空"),
        text!(en: "set it to a folder such as \"runs\"", zh: "请指定文件夹，例如 \"runs\""),
    );
    let name = &run.name;
    rule(
        "config/run-name",
        is_folder_name(name),
        &["run.name"],
        text!(
            en: "run.name = {name:?} cannot be the name of a folder",
            zh: "run.name = {name:?} 不能用作文件夹名"
        ),
        text!(
            en: "use at most {MOST_NAME_BYTES} bytes without / \\ : or control characters, not \
                 starting with . or -, and not \"latest\"",
            zh: "最多 {MOST_NAME_BYTES} 字节，不含 / \\ : 和控制字符，不以 . 或 - 开头，也不能是 \"latest\""
        ),
    );
    let (e, h) = (model.embedding_dim, model.hidden_size);
    rule(
        "config/tied-sizes",
        !model.tie_weights || e == h,
        &["model.tie_weights", "model.embedding_dim", "model.hidden_size"],
        text!(
            en: "model.tie_weights = true needs model.embedding_dim = {e} and model.hidden_size = {h} \
                 to be equal",
            zh: "model.tie_weights = true 要求 model.embedding_dim = {e} 与 model.hidden_size = {h} 相等"
        ),
        text!(
            en: "make the sizes equal, or set tie_weights = false",
            zh: "请让两个大小相等，或设 tie_weights = false"
        ),
    );
    rule(
        "config/nesterov",
        !train.nesterov || train.momentum > 0.0,
        &["train.nesterov", "train.momentum"],
        text!(
            en: "train.nesterov = true needs momentum, and train.momentum = 0",
            zh: "train.nesterov = true 需要动量，而 train.momentum = 0"
        ),
        text!(
            en: "set train.momentum to a value such as 0.9, or nesterov = false",
            zh: "请将 train.momentum 设为 0.9 这样的值，或设 nesterov = false"
        ),
    );
    groups(config, &mut rule);
    records(config, &mut rule);
    pieces(config, &mut rule);
    unit(config, &mut rule);
    for (key, value, off) in [
        ("train.plateau_factor", train.plateau_factor, 1.0),
        ("train.early_stop_patience", train.early_stop_patience as f64, 0.0),
    ] {
        rule(
            "config/no-validation",
            value.to_bits() == f64::to_bits(off) || data.has_validation(),
            &[key, "data.val_fraction"],
            text!(
                en: "{key} = {value} needs a validation loss, and data.val_fraction = 0",
                zh: "{key} = {value} 需要验证损失，而 data.val_fraction = 0"
            ),
            text!(
                en: "set {key} = {off}, or data.val_fraction to a value such as 0.1",
                zh: "请设 {key} = {off}，或将 data.val_fraction 设为 0.1 这样的值"
            ),
        );
    }
    found
}

/// Adds a rule: its code, whether it holds, its keys, and what to say if not.
type Rule<'a> = &'a mut dyn FnMut(&'static str, bool, &[&'static str], Text, Text);

/// The rules about groups of batch rows.
fn groups(config: &RunConfig, rule: Rule<'_>) {
    let train = &config.train;
    let (groups, rows) = (train.gradient_groups, train.batch_size);
    rule(
        "config/gradient-groups",
        groups <= rows,
        &["train.gradient_groups", "train.batch_size"],
        text!(
            en: "train.gradient_groups = {groups} needs as many batch rows, and train.batch_size = {rows}",
            zh: "train.gradient_groups = {groups} 需要同样多的批内序列，而 train.batch_size = {rows}"
        ),
        text!(
            en: "raise train.batch_size, or use fewer groups or ranks",
            zh: "请调高 train.batch_size，或减少分组数或进程数"
        ),
    );
}

/// The rules about records.
fn records(config: &RunConfig, rule: Rule<'_>) {
    let RunConfig { data, train, sample, .. } = config;
    let (records, are_on) = (&data.records, data.records.are_on());
    if let Err(problem) = records.separator() {
        let (message, hint) = problem.explain(records);
        rule("config/records-regex", false, &["data.records"], message, hint);
    }
    rule(
        "config/records-windows",
        !are_on || train.predict == Predict::All,
        &["train.predict", "data.records"],
        text!(
            en: "train.predict = \"last\" reads windows of the text, which data.records = {records} divides into records",
            zh: "train.predict = \"last\" 按窗口读取文本，而 data.records = {records} 把文本分成了记录"
        ),
        text!(
            en: "set train.predict = \"all\", or data.records = \"none\"",
            zh: "请设 train.predict = \"all\"，或 data.records = \"none\""
        ),
    );
    let window = sample.window;
    rule(
        "config/records-window",
        !are_on || window == 0,
        &["sample.window", "data.records"],
        text!(
            en: "sample.window = {window} has no beginning of a record, which data.records = {records} needs",
            zh: "data.records = {records} 需要从记录的开头读起，而 sample.window = {window} 做不到"
        ),
        text!(
            en: "set sample.window = 0, or data.records = \"none\"",
            zh: "请设 sample.window = 0，或 data.records = \"none\""
        ),
    );
    rule(
        "config/split-records",
        are_on || data.split != SplitKind::Records,
        &["data.split", "data.records"],
        text!(
            en: "data.split = \"records\" needs records, and data.records = \"none\"",
            zh: "data.split = \"records\" 需要记录，而 data.records = \"none\""
        ),
        text!(
            en: "set data.records to what separates them, such as \"line\", or data.split = \"tail\"",
            zh: "请用 data.records 指定记录的分隔方式，例如 \"line\"，或设 data.split = \"tail\""
        ),
    );
}

/// The rule about symbols.
fn unit(config: &RunConfig, rule: Rule<'_>) {
    let unit = &config.data.unit;
    if let Err(problem) = unit.cutter() {
        let (message, hint) = problem.explain(unit);
        rule("config/unit-regex", false, &["data.unit"], message, hint);
    }
}

/// The rule about lines and documents that are held out.
fn pieces(config: &RunConfig, rule: Rule<'_>) {
    let data = &config.data;
    let split = match data.split {
        SplitKind::Lines => "lines",
        SplitKind::Documents => "documents",
        SplitKind::Tail | SplitKind::Records => return,
    };
    let records = &data.records;
    rule(
        "config/split-pieces",
        !records.are_on(),
        &["data.split", "data.records"],
        text!(
            en: "data.split = {split:?} is for continuous texts, and data.records = {records}",
            zh: "data.split = {split:?} 用于连续的文本，而 data.records = {records}"
        ),
        text!(
            en: "set data.split = \"records\" to hold out records at random",
            zh: "请设 data.split = \"records\"，随机划出记录"
        ),
    );
}

/// Whether a run can have this name; the empty one stands for a name that is made up.
fn is_folder_name(name: &str) -> bool {
    let odd = |character: char| matches!(character, '/' | '\\' | ':') || character.is_control();
    let blank = !name.is_empty() && name.trim().is_empty();
    !name.contains(odd)
        && !name.starts_with(['.', '-'])
        && name != "latest"
        && !blank
        && name.len() <= MOST_NAME_BYTES
}
