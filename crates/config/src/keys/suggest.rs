//! Which key, table or word was meant by a name that does not exist.

use super::key::Key;
use super::list::{KEYS, TABLES, is_table};
use charnn_text::Encoding;

/// What other programs call the keys. None of these names is accepted; each leads to ours.
const ALIASES: [(&str, &[&str]); 33] = [
    ("data.path", &["text", "file", "corpus", "dataset", "input", "input_file", "filename", "txt"]),
    ("data.val_fraction", &["val_split", "validation_split", "val_frac", "validation_fraction"]),
    ("data.max_vocab", &["vocab_size", "vocab", "vocabulary_size"]),
    ("model.cell", &["rnn", "rnn_type", "cell_type", "model_type", "arch"]),
    ("model.embedding_dim", &["emb", "embed", "embedding", "embed_dim", "n_embd", "emb_size"]),
    ("model.embedding_dim", &["embed_size", "emb_dim", "embedding_size"]),
    ("model.hidden_size", &["hidden", "hidden_dim", "hidden_units", "n_hidden", "units"]),
    ("model.hidden_size", &["rnn_units", "rnn_size", "num_units", "nhid", "width"]),
    ("model.num_layers", &["layers", "layer", "n_layers", "n_layer", "nlayers", "depth"]),
    ("model.tie_weights", &["tie", "tied", "tied_weights", "weight_tying", "tie_embedding"]),
    ("model.layer_norm", &["layernorm", "norm"]),
    ("model.dropout", &["drop", "drop_rate", "dropout_rate", "drop_prob", "dropout_prob"]),
    ("train.batch_size", &["batch", "bs", "minibatch", "minibatch_size"]),
    ("train.gradient_accumulation", &["accum", "accumulate", "grad_accum", "accumulation_steps"]),
    ("train.seq_length", &["seq", "bptt", "seq_len", "seqlen", "sequence_length", "block_size"]),
    ("train.seq_length", &["context", "context_length", "timesteps", "maxlen"]),
    ("train.epochs", &["n_epochs", "num_epochs", "max_epochs"]),
    ("train.max_steps", &["steps", "iters", "max_iters", "iterations", "n_steps", "num_steps"]),
    ("train.early_stop_patience", &["patience", "early_stop", "early_stopping"]),
    ("train.optimizer", &["optim", "opt", "optimiser"]),
    ("train.learning_rate", &["lr", "rate", "learn_rate", "base_lr", "step_size"]),
    ("train.lr_schedule", &["schedule", "scheduler", "lr_scheduler", "lr_policy"]),
    ("train.lr_min_factor", &["min_lr", "lr_min"]),
    ("train.warmup_steps", &["warmup", "warm_up", "warmup_iters"]),
    ("train.adam_beta1", &["beta1", "beta_1"]),
    ("train.adam_beta2", &["beta2", "beta_2"]),
    ("train.adam_epsilon", &["eps", "epsilon", "adam_eps"]),
    ("train.weight_decay", &["wd", "decay", "l2"]),
    ("train.grad_clip", &["clip", "clip_norm", "clipnorm", "gradient_clip", "max_grad_norm"]),
    ("train.device", &["gpu", "cuda", "accelerator"]),
    ("eval.every_steps", &["eval_every", "eval_interval", "eval_steps"]),
    ("checkpoint.every", &["save_every", "checkpoint_every", "save_interval", "save_steps"]),
    ("run.root", &["out", "out_dir", "outdir", "output", "output_dir", "save_dir", "run_dir"]),
];

impl Key {
    /// The key called `word`, here or in other programs: a path, a name, or an alias.
    pub fn known(word: &str) -> Option<&'static Self> {
        let word = word.to_lowercase().replace('-', "_");
        let with_table = || KEYS.iter().find(|key| word == format!("{}_{}", key.table, key.name));
        let named = Self::find(&word).or_else(|| called(&word, "")).or_else(with_table);
        named.or_else(|| alias(&word))
    }

    /// The key that `word` is likely to mean: one that is [`Key::known`] by it, or the nearest.
    pub fn suggest(word: &str) -> Option<&'static Self> {
        let word = word.replace('-', "_");
        if word.contains('.') { of_path(&word) } else { in_table("", &word) }
    }
}

/// The key that `name` in `table` is likely to mean: the same name in another table, an alias, the
/// nearest name in this table, the nearest name in any. Without a table, `table` is empty.
pub(crate) fn in_table(table: &str, name: &str) -> Option<&'static Key> {
    let near = |names: Vec<&'static Key>| {
        let found = nearest(name, names.iter().map(|key| key.name.as_str()))?;
        names.into_iter().find(|key| key.name == found)
    };
    called(name, table)
        .or_else(|| alias(name))
        .or_else(|| near(Key::of(table).collect()))
        .or_else(|| near(KEYS.iter().collect()))
}

/// The key that a whole path is likely to mean.
pub(crate) fn of_path(path: &str) -> Option<&'static Key> {
    let (table, name) = path.rsplit_once('.').unwrap_or(("", path));
    called(name, table).or_else(|| alias(name)).or_else(|| {
        let paths: Vec<String> = KEYS.iter().map(Key::path).collect();
        nearest(path, paths.iter().map(String::as_str)).and_then(Key::find)
    })
}

/// The key whose variable was meant: `rest` follows `CHARNN_`.
pub(crate) fn of_variable(rest: &str) -> Option<&'static Key> {
    let rest = rest.to_lowercase().replace("__", "_");
    if is_table(&rest) {
        return None; // Which of its keys is unknown.
    }
    let full = |key: &Key| format!("{}_{}", key.table, key.name);
    if let Some(key) = KEYS.iter().find(|key| full(key) == rest) {
        return Some(key);
    }
    let without_table = || {
        let (table, name) = rest.split_once('_')?;
        is_table(table).then(|| alias(name)).flatten()
    };
    called(&rest, "").or_else(|| alias(&rest)).or_else(without_table).or_else(|| {
        let names: Vec<(String, &'static Key)> =
            KEYS.iter().flat_map(|key| [(full(key), key), (key.name.clone(), key)]).collect();
        let near = nearest(&rest, names.iter().map(|(name, _)| name.as_str()))?;
        names.iter().find(|(name, _)| name == near).map(|(_, key)| *key)
    })
}

/// The table that `name` is likely to mean.
pub(crate) fn table(name: &str) -> Option<&'static str> {
    nearest(name, TABLES.iter().map(|table| table.name.as_str()))
}

/// The encoding that `written` is likely to mean.
pub(crate) fn encoding(written: &str) -> Option<String> {
    /// Names that people use besides those of the standard.
    const OTHERS: [&str; 8] =
        ["auto", "utf8", "gbk", "gb2312", "latin1", "sjis", "iso-8859-1", "ascii"];
    let known = Encoding::CANDIDATES.map(String::from).into_iter();
    let known: Vec<String> = known.chain(OTHERS.map(str::to_owned)).collect();
    let near = nearest(written, known.iter().map(String::as_str))?;
    Some(near.to_owned())
}

/// The candidate nearest to `written`; `None` if all are far.
///
/// The number of edits decides (letters left out, added, changed or swapped). Among equals, or if it is
/// large, the likeness of the beginnings does (Jaro and Winkler). Case and dashes do not count.
pub fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// Words that are less alike are different words.
    const LEAST_LIKENESS: f64 = 0.8;
    /// Comparing takes time proportional to both lengths, and no key is longer.
    const LONGEST: usize = 64;
    let plain = |word: &str| word.to_lowercase().replace('-', "_");
    let written = plain(&written.chars().take(LONGEST).collect::<String>());
    let edits = |word: &'a str| (strsim::osa_distance(&written, &plain(word)), word);
    let all: Vec<(usize, &str)> = candidates.into_iter().map(edits).collect();
    let (fewest, word) = *all.iter().min()?;
    let close = fewest <= 1.max(word.chars().count() / 4);
    let likeness = |(edits, word): &(usize, &'a str)| {
        let compared = !close || *edits == fewest;
        (if compared { strsim::jaro_winkler(&written, &plain(word)) } else { 0.0 }, *word)
    };
    let (likeness, word) = all.iter().map(likeness).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (close || likeness > LEAST_LIKENESS).then_some(word)
}

/// The key that other programs call `name`.
fn alias(name: &str) -> Option<&'static Key> {
    let name = name.to_lowercase().replace('-', "_");
    let found = ALIASES.iter().find(|(_, names)| names.contains(&name.as_str()));
    found.and_then(|(path, _)| Key::find(path))
}

/// The key called `name`; of several, the one whose table is most like `table`.
fn called(name: &str, table: &str) -> Option<&'static Key> {
    let named = KEYS.iter().filter(|key| key.name == name);
    named.min_by_key(|key| strsim::osa_distance(&key.table, table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_lead_to_keys_and_are_not_keys_themselves() {
        let mut seen = Vec::new();
        for (path, names) in ALIASES {
            assert!(Key::find(path).is_some(), "{path}");
            for name in names {
                assert!(KEYS.iter().all(|key| key.name != *name), "{name} is a key");
                assert!(!seen.contains(name), "{name} is listed twice");
                seen.push(name);
            }
        }
    }

    #[test]
    fn fewest_edits_then_the_likest_beginning_and_nothing_that_is_far() {
        let known = ["hidden_size", "embedding_size", "top_k", "top_p", "utf-8"];
        assert_eq!(nearest("hiden_size", known), Some("hidden_size"));
        assert_eq!(nearest("HIDDEN-SIZE", known), Some("hidden_size"));
        assert_eq!(nearest("hidden", known), Some("hidden_size"));
        assert_eq!(nearest("topp", known), Some("top_p"));
        assert_eq!(nearest("UTF-9", known), Some("utf-8"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), known), None);
    }
}
