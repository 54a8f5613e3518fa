//! What other programs call the keys. None of these words is a key, and none is accepted as one: they
//! lead whoever writes them to ours.

use super::keys::Key;

/// The names, and the key that each of them means.
const ALIASES: [(&str, &[&str]); 36] = [
    ("data.path", &["text", "file", "corpus", "dataset", "input", "input_file", "filename", "txt"]),
    ("data.valid_fraction", &["val_fraction", "val_split", "validation_split", "val_frac"]),
    ("data.max_vocab", &["vocab_size", "vocab", "vocabulary_size"]),
    ("model.cell", &["rnn", "rnn_type", "cell_type", "model_type", "arch"]),
    (
        "model.embedding_size",
        &["emb", "embed", "embedding", "embedding_dim", "embed_dim", "n_embd"],
    ),
    ("model.embedding_size", &["emb_size", "embed_size", "emb_dim"]),
    (
        "model.hidden_size",
        &["hidden", "hidden_dim", "hidden_units", "n_hidden", "units", "rnn_units"],
    ),
    ("model.hidden_size", &["rnn_size", "num_units", "nhid", "width"]),
    ("model.num_layers", &["layers", "layer", "n_layers", "n_layer", "nlayers", "depth"]),
    ("model.tie_embedding", &["tie", "tied", "tie_weights", "tied_weights", "weight_tying"]),
    ("model.layer_norm", &["layernorm", "norm"]),
    ("model.dropout", &["drop", "drop_rate", "dropout_rate", "drop_prob", "dropout_prob"]),
    ("train.batch_size", &["batch", "bs", "minibatch", "minibatch_size"]),
    ("train.accumulate", &["accum", "grad_accum", "accumulation", "accumulation_steps"]),
    ("train.accumulate", &["gradient_accumulation", "gradient_accumulation_steps"]),
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
    ("train.adam_epsilon", &["eps", "epsilon"]),
    ("train.weight_decay", &["wd", "decay", "l2"]),
    ("train.grad_clip", &["clip", "clip_norm", "gradient_clip", "grad_norm", "max_grad_norm"]),
    ("train.seed", &["random_seed", "rng_seed"]),
    ("train.device", &["gpu", "cuda", "accelerator"]),
    ("eval.every_steps", &["eval_every", "eval_interval", "eval_steps"]),
    ("sample.temperature", &["temp"]),
    ("checkpoint.every", &["save_every", "checkpoint_every", "save_interval", "save_steps"]),
    ("run.root", &["out", "out_dir", "outdir", "output", "output_dir", "save_dir", "run_dir"]),
];

/// The key that somebody means who writes `name`, which is the name of no key.
pub(super) fn key(name: &str) -> Option<&'static Key> {
    let name = name.to_lowercase().replace('-', "_");
    let found = ALIASES.iter().find(|(_, names)| names.contains(&name.as_str()));
    found.and_then(|(path, _)| Key::find(path))
}

#[cfg(test)]
mod tests {
    use super::super::keys::KEYS;
    use super::*;

    #[test]
    fn each_leads_to_a_key_and_is_none_itself() {
        let mut seen = Vec::new();
        for (path, names) in ALIASES {
            assert!(Key::find(path).is_some(), "{path}");
            for name in names {
                assert!(KEYS.iter().all(|key| key.name != *name), "{name} is a key");
                assert!(!seen.contains(name), "{name} is there twice");
                seen.push(name);
            }
        }
    }
}
