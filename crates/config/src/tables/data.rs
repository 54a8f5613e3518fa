//! `[data]`: the text and how to read it.

use crate::values::{ByteSize, Sources};
use charnn_bundle::Unit;
use charnn_text::{
    Encoding, Normalization, OnMalformed, OnMixed, ReadOptions, Records, Whitespace,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[data]`: the text and how to read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// The text: a file, a folder, a pattern such as `texts/*.txt`, a list of these, `builtin:tales`,
    /// `builtin:tales-zh` or `builtin:given-names`. Paths are relative to the configuration file.
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "训练文本：一个文件、一个文件夹、texts/*.txt 这样的通配符、由它们组成的列表，或 builtin:tales、builtin:tales-zh、builtin:given-names。路径相对于配置文件。"))]
    pub path: Sources,
    /// The validation text, as for `path`; `""` holds out a part of `path`.
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "验证文本，写法同 path；\"\" 表示从 path 中划出一部分。"))]
    pub valid_path: Sources,
    /// The test text, as for `path`. Training does not use it.
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "测试文本，写法同 path。训练不使用它。"))]
    pub test_path: Sources,
    /// The encoding of the text, such as `gb18030`; `auto` detects it.
    #[serde(with = "charnn_text::encoding::auto")]
    #[schemars(with = "String", extend("format" = "encoding"))]
    #[schemars(extend("x-zh" = "文本编码，例如 gb18030；auto 表示自动检测。"))]
    pub encoding: Option<Encoding>,
    /// How to handle malformed bytes.
    #[schemars(extend("x-zh" = "如何处理无效字节。"))]
    pub on_malformed: OnMalformed,
    /// How to handle a text that mixes encodings.
    #[schemars(extend("x-zh" = "文本混用多种编码时如何处理。"))]
    pub on_mixed: OnMixed,
    /// The largest text to read, such as `"10 MB"`, after unpacking `.gz`.
    #[schemars(extend("x-zh" = "最多读取多大的文本，例如 \"10 MB\"；.gz 按解压后的大小计算。"))]
    pub max_bytes: ByteSize,
    /// Larger texts are not held in memory but cached as ids in a file below `run.root`.
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "超过此大小的文本不放在内存里，而是以 id 的形式缓存到 run.root 下的文件中。"))]
    pub in_memory_bytes: ByteSize,
    /// Unicode normalization, for texts that spell the same character in several ways.
    #[schemars(extend("x-zh" = "Unicode 规范化：用于同一字符有多种写法的文本。"))]
    pub normalize: Normalization,
    /// How to handle runs of white space.
    #[schemars(extend("x-zh" = "如何处理连续的空白字符。"))]
    pub whitespace: Whitespace,
    /// Whether the text is a list of records (names, molecules, log lines, poems) that the network learns to
    /// begin and to end, and what separates them.
    #[schemars(extend("x-zh" = "文本是否由许多条记录组成（名字、分子式、日志行、诗等），网络会学会每条从哪里开始、在哪里结束；以及记录之间如何分隔。"))]
    pub records: Records,
    /// What a symbol is, which the network reads and predicts one at a time.
    #[schemars(extend("x-zh" = "一个符号是什么；网络每次读取并预测一个符号。"))]
    pub unit: Unit,
    /// Characters that occur less often are left out of the vocabulary.
    #[schemars(extend("x-zh" = "出现次数少于此值的字符不进入词表。"))]
    pub min_count: u64,
    /// The largest vocabulary; the most frequent characters are kept. 0 for no limit.
    #[schemars(range(max = 65_536))]
    #[schemars(extend("x-zh" = "词表最多包含多少个字符，优先保留常用字；0 表示不限。"))]
    pub max_vocab: usize,
    /// Share of the text to use for validation, unless `valid_path` names one; 0 trains on all of it.
    #[schemars(range(min = 0.0, max = 0.9))]
    #[schemars(extend("x-zh" = "文本中用作验证集的比例（未指定 valid_path 时）；0 表示全部用于训练。"))]
    pub val_fraction: f64,
    /// Which part of the text is used for validation.
    #[schemars(extend("x-zh" = "用文本的哪一部分作验证。"))]
    pub split: SplitKind,
}

/// Which part of a text is used for validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SplitKind {
    /// The end of the text.
    #[schemars(extend("x-zh" = "文本末尾的一段。"))]
    Tail,
    /// Records that `train.seed` chooses; those that the network learns are in random order too. For sorted
    /// records.
    #[schemars(extend("x-zh" = "由 train.seed 随机选出的记录；用于训练的记录也打乱顺序。适合已排序的记录。"))]
    Records,
    /// Lines that `train.seed` chooses; the others keep their order. For a sorted text without records.
    #[schemars(extend("x-zh" = "由 train.seed 随机选出的行；其余各行顺序不变。适合已排序而未划分记录的文本。"))]
    Lines,
    /// Files that `train.seed` chooses, whole ones; the others keep their order.
    #[schemars(extend("x-zh" = "由 train.seed 随机选出的文件，整个划出；其余文件顺序不变。"))]
    Documents,
}

impl Default for DataConfig {
    fn default() -> Self {
        let ReadOptions { encoding, on_malformed, on_mixed, max_bytes, normalize, whitespace } =
            ReadOptions::default();
        Self {
            path: Sources::default(),
            valid_path: Sources::default(),
            test_path: Sources::default(),
            encoding,
            on_malformed,
            on_mixed,
            max_bytes: ByteSize(max_bytes),
            in_memory_bytes: ByteSize(64 << 20),
            normalize,
            whitespace,
            records: Records::None,
            unit: Unit::Char,
            min_count: 1,
            max_vocab: 0,
            val_fraction: 0.1,
            split: SplitKind::Tail,
        }
    }
}

impl DataConfig {
    /// Whether there is a validation text.
    pub fn has_validation(&self) -> bool {
        !self.valid_path.is_empty() || self.val_fraction > 0.0
    }

    /// The share of the text at `path` that is held out: none if `valid_path` names a validation text.
    pub fn held_out_fraction(&self) -> f64 {
        if self.valid_path.is_empty() { self.val_fraction } else { 0.0 }
    }

    /// How to read the text.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            encoding: self.encoding,
            on_malformed: self.on_malformed,
            on_mixed: self.on_mixed,
            max_bytes: self.max_bytes.0,
            normalize: self.normalize,
            whitespace: self.whitespace,
        }
    }

    /// Replaces how to read the text.
    pub fn set_read_options(&mut self, options: &ReadOptions) {
        let ReadOptions { encoding, on_malformed, on_mixed, max_bytes, normalize, whitespace } =
            *options;
        self.max_bytes = ByteSize(max_bytes);
        (self.encoding, self.on_malformed, self.on_mixed) = (encoding, on_malformed, on_mixed);
        (self.normalize, self.whitespace) = (normalize, whitespace);
    }
}
