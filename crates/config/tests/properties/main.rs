//! Properties of configurations, on random input: some here in seconds, millions by the fuzzer
//! (`scripts/fuzz.sh`), which calls the same function.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod config;

use proptest::prelude::*;

/// Assignments as in a configuration, or nearly so.
fn assignment() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        "data\\.(path|encoding|val_fraction|max_vocab|min_count|max_bytes)",
        "model\\.(cell|hidden_size|num_layers|dropout|tie_weights|embedding_dim)",
        "train\\.(epochs|batch_size|seq_length|seed|learning_rate|optimizer|lr_schedule|grad_clip|predict|max_time|device)",
        "(sample\\.(prompt|temperature|top_p|top_k))|(checkpoint\\.(every|keep_last))|run\\.(root|name)",
    ];
    let value = "-?[0-9]{1,20}|-?0?\\.[0-9]{1,9}e-?[0-9]{1,3}|nan|-?inf|true|0x[0-9a-f]{1,17}|[0-9] steps|[0-9]{1,4} ?(s|m|MB|GiB)|\\[\"a\", \"b\"\\]|\
        \
        lstm|gru|adam|sgd|cosine|gbk|\"(\\\\[nt\"u]|[a-z /.\u{1}\u{7f}’書]){0,8}\"|.{0,6}";
    prop_oneof![
        (key.clone(), value).prop_map(|(key, value)| format!("{key}={value}")),
        (key, value).prop_map(|(key, value)| {
            format!("CHARNN_{}={value}", key.to_uppercase().replace('.', "__"))
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn an_accepted_configuration_is_the_same_when_it_is_shown_and_read(
        lines in proptest::collection::vec(assignment(), 0..4),
        said in proptest::collection::vec(assignment(), 0..4),
    ) {
        let lines = lines.into_iter().filter(|line| !line.starts_with("CHARNN_"));
        let file = format!("data.path = \"novel.txt\"\n{}", lines.collect::<Vec<_>>().join("\n"));
        let parts: Vec<String> = std::iter::once(file).chain(said).collect();
        config::check(parts.join("\0").as_bytes());
    }
}
